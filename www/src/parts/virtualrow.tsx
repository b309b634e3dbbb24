import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { WindowRows } from "./virtual";

/** A row of a long list at its place. Its cells are made anew only when it is about something else, not with each scroll. */
export function VirtualRow(props: {
  rows: WindowRows;
  index: number;
  start: number;
  about: object;
  children: () => ComponentChildren;
}) {
  const { rows, index, start } = props;
  const cells = useMemo(props.children, [props.about]);
  return (
    <div
      ref={rows.measureElement}
      data-index={index}
      role="row"
      // The first row is the one with the columns' names.
      aria-rowindex={index + 2}
      class="row"
      style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
    >
      {cells}
    </div>
  );
}
