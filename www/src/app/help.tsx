import { signal } from "@preact/signals";
import { Dialog } from "../parts/dialog";

/** Whether the help is open. */
export const helping = signal(false);

const KEYS = [
  ["/", "to the search, or to where the payload is put in"],
  ["↓ ↑", "along the rows of a list"],
  ["Home End", "to its first and its last row"],
  ["Enter", "opens what is chosen"],
  ["F8", "in the editor: to the next issue; with Shift to the one before"],
  ["Esc", "out of a field, out of a window, from a call back to the list"],
  ["?", "this help"],
] as const;

/** What the keyboard can do, and what the pages do with what they are given. */
export function Help() {
  if (!helping.value) return null;
  return (
    <Dialog title="Help" close={() => (helping.value = false)}>
      <h2>Keys</h2>
      <dl class="keys">
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <h2>Your data</h2>
      <p>
        The inspector computes in this page and sends nothing. The calls come from your Worker; the token is kept until you
        close the tab. Names and numbers are masked until you ask for them.
      </p>
      <p class="dialog-buttons">
        <button type="button" class="button" autofocus onClick={() => (helping.value = false)}>
          Close
        </button>
      </p>
    </Dialog>
  );
}
