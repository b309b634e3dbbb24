import type { Editor } from "./editing";
import type { Place } from "./place";

/** A text area as an editor: what stands on the page until the other one has come, and where it does not come. */
export function plainEditor(area: HTMLTextAreaElement): Editor {
  const select = ({ start, end }: Place) => {
    area.focus();
    area.setSelectionRange(start, end);
    scrollTo(area, start);
  };
  return {
    show(text) {
      if (area.value !== text) area.value = text;
    },
    // A text area marks nothing; the list of issues leads to the places.
    mark() {},
    reveal: select,
    replace(place, text) {
      area.setRangeText(text, place.start, place.end, "select");
      area.dispatchEvent(new InputEvent("input", { bubbles: true }));
      select({ start: place.start, end: place.start + text.length });
    },
    leave() {},
  };
}

/** Browsers select text in a text area without showing it; its lines do not wrap, so the place can be computed. */
function scrollTo(area: HTMLTextAreaElement, start: number): void {
  const style = getComputedStyle(area);
  const line = area.value.slice(0, start).split("\n").length;
  const column = start - (area.value.lastIndexOf("\n", start - 1) + 1);
  area.scrollTop = Math.max(0, (line - 1) * Number.parseFloat(style.lineHeight) - area.clientHeight / 3);
  area.scrollLeft = Math.max(0, column * Number.parseFloat(style.fontSize) * 0.6 - area.clientWidth / 2);
  area.scrollIntoView({ block: "nearest" });
}
