import type { WindowRows } from "./virtual";

/** Moves the focus along the rows of a list with the arrows, Home and End, also to rows that are not drawn yet. */
export function moveAlong(
  event: KeyboardEvent,
  rows: WindowRows,
  count: number,
  body: HTMLElement | null,
): void {
  const at = Number((event.target as HTMLElement).closest<HTMLElement>("[data-index]")?.dataset["index"]);
  const to = target(event.key, at, count);
  if (to === null) return;
  event.preventDefault();
  rows.scrollToIndex(to, { align: "auto" });
  focusRow(body, to);
}

function target(key: string, at: number, count: number): number | null {
  if (Number.isNaN(at)) return null;
  if (key === "ArrowDown") return Math.min(at + 1, count - 1);
  if (key === "ArrowUp") return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return null;
}

/** Focuses a row as soon as it is drawn; a far one takes the list a few frames to get to. */
function focusRow(body: HTMLElement | null, index: number, frames = 30): void {
  const link = body?.querySelector<HTMLElement>(`[data-index="${index}"] .row-link`);
  if (link) link.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusRow(body, index, frames - 1));
}
