import { signal } from "@preact/signals";

/** What was just done, in a sentence, for the eye and for the screen reader. */
const said = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

const SHOWN_MS = 6000;

export function say(sentence: string): void {
  said.value = sentence;
  clearTimeout(timer);
  timer = setTimeout(() => (said.value = ""), SHOWN_MS);
}

export function Saying() {
  return (
    <div class="saying" role="status" data-testid="saying">
      {said.value !== "" && <p>{said.value}</p>}
    </div>
  );
}
