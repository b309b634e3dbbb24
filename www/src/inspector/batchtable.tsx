import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { count, counted, duration, localTime } from "../parts/format";
import { moveAlong } from "../parts/moving";
import { OutcomePill } from "../parts/pill";
import { PrivateName } from "../parts/private";
import { Nothing, Text } from "../parts/text";
import { useWindowRows } from "../parts/virtual";
import { VirtualRow } from "../parts/virtualrow";
import { type Batch, openRow, type Row } from "./batch";
import type { Sorting, SortKey } from "./sorting";

const ROW_PX = 69;

/** The columns behind the first, which says where a payload stands. */
const COLUMNS: readonly (readonly [SortKey, string])[] = [
  ["headline", "Call"],
  ["outcome", "Outcome"],
  ["issues", "Issues"],
  ["duration_seconds", "Duration"],
  ["started_at", "Started"],
];

const keyOf = (row: Row) => row.number;

/** The payloads of a batch in rows that can be sorted; a row opens in the inspector. */
export function BatchTable(props: { of: Batch; rows: readonly Row[]; sorting: Signal<Sorting> }) {
  const { rows, sorting } = props;
  const body = useRef<HTMLDivElement>(null);
  const list = useWindowRows({
    all: rows,
    keyOf,
    rowPx: ROW_PX,
    body,
  });
  return (
    <div class="table batch-table" role="table" aria-label="Payloads" aria-rowcount={rows.length + 1} data-testid="batch">
      <div role="rowgroup" class="table-head">
        <div role="row" aria-rowindex={1} class="row">
          {([["number", props.of.files.length > 1 ? "File" : "Line"], ...COLUMNS] as const).map(([key, title]) => (
            <div key={key} role="columnheader" class={`cell-${key}`} aria-sort={order(sorting.value, key)}>
              <button
                type="button"
                onClick={() => (sorting.value = { by: key, down: sorting.value.by === key && !sorting.value.down })}
              >
                {title}
                <span aria-hidden="true">{sorting.value.by === key && (sorting.value.down ? " ↓" : " ↑")}</span>
              </button>
            </div>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        ref={body}
        class="table-body"
        style={{ height: `${list.getTotalSize()}px` }}
        onKeyDown={(event) => moveAlong(event, list, rows.length, body.current)}
      >
        {list.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return (
            row !== undefined && (
              <VirtualRow key={key} rows={list} index={index} start={start} about={row}>
                {() => <Cells of={props.of} row={row} />}
              </VirtualRow>
            )
          );
        })}
      </div>
    </div>
  );
}

function order({ by, down }: Sorting, key: SortKey): "ascending" | "descending" | "none" {
  return by !== key ? "none" : down ? "descending" : "ascending";
}

function Cells({ of, row }: { of: Batch; row: Row }) {
  return (
    <>
      <div role="cell" class="cell-number">
        {of.files.length > 1 && (
          <div class="quiet">
            <Text of={of.files[row.file]?.name ?? ""} />
          </div>
        )}
        {count(row.line)}
      </div>
      <div role="rowheader" class="cell-headline">
        <button type="button" class="row-link" onClick={() => void openRow(of, row)}>
          <Text of={row.headline} />
        </button>
        <div class="row-notes">
          {row.lead_name && <PrivateName name={row.lead_name} />}
          {row.failed_actions > 0 && <span class="note note-failed">{counted(row.failed_actions, "failed action")}</span>}
          {row.findings > 0 && <span class="note note-finding">{counted(row.findings, "finding")}</span>}
        </div>
      </div>
      <div role="cell" class="cell-outcome">
        {row.outcome === null ? <span class="pill pill-failed">not valid</span> : <OutcomePill kind={row.outcome} />}
      </div>
      <div role="cell" class="cell-issues">
        {row.issues === 0 ? <Nothing>none</Nothing> : count(row.issues)}
      </div>
      <div role="cell" class="cell-duration">
        {row.duration_seconds === null ? <Nothing>–</Nothing> : duration(row.duration_seconds)}
      </div>
      <div role="cell" class="cell-started">
        {row.started_at === null ? (
          <Nothing>–</Nothing>
        ) : (
          <time dateTime={row.started_at}>{localTime(row.started_at) ?? row.started_at}</time>
        )}
      </div>
    </>
  );
}
