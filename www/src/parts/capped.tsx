import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { count } from "./format";

/** The first rows of a list that may be very long, and a button for the rest of it. */
export function Capped<Row>(props: {
  rows: readonly Row[];
  first: number;
  noun: string;
  children: (rows: readonly Row[]) => ComponentChildren;
}) {
  const shown = useSignal(props.first);
  const hidden = props.rows.length - shown.value;
  return (
    <>
      {props.children(hidden > 0 ? props.rows.slice(0, shown.value) : props.rows)}
      {hidden > 0 && (
        <button type="button" class="more" onClick={() => (shown.value += Math.max(props.first * 10, 100))}>
          Show more <span class="quiet">{`${count(hidden)} more ${props.noun}${hidden === 1 ? "" : "s"}`}</span>
        </button>
      )}
    </>
  );
}
