import { useEffect, useRef } from "preact/hooks";
import { callAddress } from "../app/router";
import { counted, duration, localTime } from "../parts/format";
import { moveAlong } from "../parts/moving";
import { OutcomePill } from "../parts/pill";
import { PrivateName } from "../parts/private";
import { Nothing, Text } from "../parts/text";
import { useWindowRows } from "../parts/virtual";
import { VirtualRow } from "../parts/virtualrow";
import type { Digest } from "./api";
import type { Feed } from "./feed";

const ROW_PX = 69;
/** The next page is read when fewer rows than this are left below the window. */
const AHEAD = 20;

const COLUMNS = ["Call", "Outcome", "Status", "Duration", "Started"] as const;

const keyOf = (call: Digest) => call.call_id;

/** The rows of the list that are in sight, in the place where they would be if all were there. */
export function CallsList({ feed, more }: { feed: Feed; more: () => void }) {
  const body = useRef<HTMLDivElement>(null);
  const calls = feed.rows.value;
  const rows = useWindowRows({
    all: calls,
    keyOf,
    rowPx: ROW_PX,
    body,
    seat: feed.seat,
    leave: (seat) => (feed.seat = seat),
  });
  const shown = rows.getVirtualItems();

  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= calls.length - AHEAD && feed.problem.value === null) more();
  }, [last, calls.length, feed.read.value, feed.busy.value]);

  return (
    <div class="table" role="table" aria-label="Calls" aria-rowcount={calls.length + 1} data-testid="calls">
      <div role="rowgroup" class="table-head">
        <div role="row" aria-rowindex={1} class="row">
          {COLUMNS.map((name) => (
            <div key={name} role="columnheader" class={`cell-${name.toLowerCase()}`}>
              {name}
            </div>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        ref={body}
        class="table-body"
        style={{ height: `${rows.getTotalSize()}px` }}
        onKeyDown={(event) => moveAlong(event, rows, calls.length, body.current)}
      >
        {shown.map(({ index, key, start }) => {
          const call = calls[index];
          return (
            call !== undefined && (
              <VirtualRow key={key} rows={rows} index={index} start={start} about={call}>
                {() => <Cells call={call} />}
              </VirtualRow>
            )
          );
        })}
      </div>
    </div>
  );
}

function Cells({ call }: { call: Digest }) {
  const notes = [
    ["failed", call.failed_actions ?? 0, "failed action"],
    ["finding", call.findings ?? 0, "finding"],
    ["issue", call.issues ?? 0, "issue"],
  ] as const;
  const time = call.started_at ?? call.received_at ?? null;
  return (
    <>
      <div role="rowheader" class="cell-call">
        <a class="row-link" href={callAddress(call.call_id)}>
          <Text of={call.headline ?? call.call_id} />
        </a>
        <div class="row-notes">
          {call.lead_name && <PrivateName name={call.lead_name} />}
          {notes.map(
            ([name, value, noun]) =>
              value > 0 && (
                <span key={name} class={`note note-${name}`}>
                  {counted(value, noun)}
                </span>
              ),
          )}
        </div>
      </div>
      <div role="cell" class="cell-outcome">
        <OutcomePill kind={call.outcome ?? "unknown"} />
      </div>
      <div role="cell" class="cell-status">
        {call.status ? <Text of={call.status} class="code" /> : <Nothing>not given</Nothing>}
      </div>
      <div role="cell" class="cell-duration">
        {call.duration_seconds == null ? <Nothing>–</Nothing> : duration(call.duration_seconds)}
      </div>
      <div role="cell" class="cell-started">
        {time === null ? <Nothing>not given</Nothing> : <time dateTime={time}>{localTime(time) ?? time}</time>}
        {time !== null && call.started_at == null && <div class="quiet">received; no start given</div>}
      </div>
    </>
  );
}
