import { CALLS, go, route } from "./router";

/** `/` goes to where the page takes its input, Escape leaves it, and leaves a call for the list. */
export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = document.activeElement;
    if (event.key === "/" && !isTyping(at)) {
      const input = document.querySelector<HTMLElement>("textarea, input:not([type=file])");
      if (input === null) return;
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape") {
      if (isTyping(at)) (at as HTMLElement).blur();
      else if (route.value.page === "call") go(CALLS);
    }
  });
}

function isTyping(element: Element | null): boolean {
  return element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type !== "file");
}
