import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { copied } from "../parts/clipboard";
import { Icon } from "../parts/icon";
import { say } from "../parts/saying";
import { payload, report } from "./inspection";
import { redacted, shareAddress } from "./share";

/** What the inspected payload can be taken along as. */
export function Handout() {
  const open = useSignal(false);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open.value) return;
    const leave = (event: Event) => {
      if (event.target instanceof Node && menu.current?.contains(event.target) !== true) open.value = false;
    };
    addEventListener("pointerdown", leave);
    addEventListener("focusin", leave);
    return () => {
      removeEventListener("pointerdown", leave);
      removeEventListener("focusin", leave);
    };
  }, [open.value]);
  const summary = report.value?.summary;
  if (!summary) return null;
  const ways = [
    ["Copy as TypeScript", "typed, for a test of yours", async () => copied(asTypeScript(payload.value))],
    ["Copy as curl", "delivers it to this Worker", async () => copied(asCurl(payload.value))],
    ["Copy the summary", "as JSON", async () => copied(JSON.stringify(summary, null, 2))],
    [
      "Copy a link",
      "to a redacted summary: no names, numbers or texts",
      async () => copied(await shareAddress(redacted(summary, report.value?.issues ?? []))),
    ],
  ] as const;
  return (
    <div
      class="handout"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open.value) return;
        event.preventDefault();
        event.stopPropagation();
        open.value = false;
        menu.current?.querySelector("button")?.focus();
      }}
    >
      <button
        type="button"
        class="small"
        aria-expanded={open.value}
        aria-controls="handout"
        onClick={() => (open.value = !open.value)}
      >
        <Icon of="link" />
        Share and copy
      </button>
      {open.value && (
        <ul id="handout" class="handout-ways">
          {ways.map(([name, about, take]) => (
            <li key={name}>
              <button
                type="button"
                onClick={async () => {
                  open.value = false;
                  say(await take());
                }}
              >
                <span>{name}</span>
                <span class="quiet">{about}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function asTypeScript(value: unknown): string {
  return `import type { PostCall } from "postcall";\n\nexport const payload = ${JSON.stringify(value, null, 2)} satisfies PostCall;\n`;
}

/** The body in one line, so that no line of it can be the one that ends it. The token comes from the shell. */
function asCurl(value: unknown): string {
  const address = `${location.origin}/webhook`;
  return [
    `curl -sS '${address}' -H "Authorization: Bearer $WEBHOOK_TOKEN" --data-binary @- <<'PAYLOAD'`,
    JSON.stringify(value),
    "PAYLOAD",
    "",
  ].join("\n");
}
