import { helping } from "./help";
import { go, listAddress, route } from "./router";

/**
 * `/` goes to where the page takes its input, Escape leaves it, and leaves a call for the list; arrows enter the list,
 * which then has keys of its own; `?` opens the help.
 */
export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // A window over the page has the keyboard for itself.
    if (document.querySelector("dialog[open]") !== null) return;
    const at = focused();
    if (event.key === "Escape") leave(at);
    else if (!isTyping(at) && enter(event.key, at)) event.preventDefault();
  });
}

function leave(at: Element | null): void {
  if (isTyping(at)) (at as HTMLElement).blur();
  else if (route.value.page === "call") go(listAddress.value);
}

/** Whether the key led somewhere. */
function enter(key: string, at: Element | null): boolean {
  if (key === "?") {
    helping.value = true;
    return true;
  }
  const target =
    key === "/"
      ? inputOfPage()
      : (key === "ArrowDown" || key === "ArrowUp") && (at === document.body || at?.matches("main") === true)
        ? firstInSight()
        : null;
  target?.focus();
  return target !== null;
}

function inputOfPage(): HTMLElement | null {
  const input = document.querySelector<HTMLElement>("[data-takes-input]");
  return input?.shadowRoot?.querySelector<HTMLElement>("[contenteditable=true]") ?? input;
}

function firstInSight(): HTMLElement | null {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-index] a, [data-index] button")];
  return rows.find((row) => row.getBoundingClientRect().top >= 0) ?? null;
}

/** What has the focus, also where it is inside a component with a tree of its own. */
function focused(): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

function isTyping(element: Element | null): boolean {
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLInputElement && element.type !== "file") ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}
