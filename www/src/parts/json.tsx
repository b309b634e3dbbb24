import { useSignal } from "@preact/signals";
import { copied } from "./clipboard";
import { Icon } from "./icon";

/** A disclosure with a value as pretty JSON, written only when it is opened, and a button that copies it. */
export function Json({ title, name, value }: { title: string; name: string; value: unknown }) {
  const open = useSignal(false);
  const told = useSignal("");
  const copy = async () => {
    told.value = await copied(pretty(value));
    open.value = true;
  };
  return (
    <details class="json" open={open.value} onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>{title}</summary>
      <div class="json-tools">
        <span role="status">{told}</span>
        <button type="button" class="small" onClick={copy}>
          <Icon of="copy" />
          Copy
        </button>
      </div>
      {open.value && (
        <pre data-testid={name} tabIndex={0} aria-label={title}>
          {pretty(value)}
        </pre>
      )}
    </details>
  );
}

/** Characters that JSON allows bare and that the eye does not see, or that reorder a line. */
const UNSEEN = /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** JSON in which every invisible character is escaped: the same value, and nothing that can hide in it. */
function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    UNSEEN,
    (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
