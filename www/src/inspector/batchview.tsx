import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Charts } from "../charts/charts";
import { download } from "../parts/download";
import { count, counted, share, size } from "../parts/format";
import { Icon } from "../parts/icon";
import { Reveal } from "../parts/private";
import { type Batch, batch, type Export, exportBatch, leaveBatch, stopBatch } from "./batch";
import { BatchTable } from "./batchtable";
import { inOrder, type Sorting } from "./sorting";

const SHOWN = [
  ["all", "All"],
  ["valid", "Valid"],
  ["invalid", "Not valid"],
] as const;

/** Many payloads: how far they are read, what their calls came to, and each in a row. */
export function BatchView() {
  return batch.value === null ? null : <Read of={batch.value} />;
}

function Read({ of }: { of: Batch }) {
  const shown = useSignal<(typeof SHOWN)[number][0]>("all");
  const sorting = useSignal<Sorting>({ by: "number", down: false });
  const rows = useMemo(() => {
    const which = shown.value;
    return inOrder(of.rows, (row) => which === "all" || row.valid === (which === "valid"), sorting.value);
  }, [of, shown.value, sorting.value]);
  const { all, valid } = of.count.value;
  const numbers = { all, valid, invalid: all - valid };
  return (
    <section class="batch" aria-labelledby="batch-title">
      <header class="calls-head">
        <h1 id="batch-title">{of.files.length === 1 ? of.files[0]?.name : counted(of.files.length, "file")}</h1>
        <p class="quiet" data-testid="batch-told" role="status">
          {told(of)}
        </p>
        <div class="calls-tools">
          <Reveal what="names" />
          <button type="button" class="small" onClick={leaveBatch}>
            Close
          </button>
        </div>
      </header>
      <Progress of={of} />
      {of.stats.value !== null && <Charts stats={of.stats.value} />}
      {all > 0 && (
        <>
          <div class="batch-tools">
            <div class="spans" role="group" aria-label="Which payloads">
              {SHOWN.map(([name, title]) => (
                <button
                  key={name}
                  type="button"
                  class="chip"
                  aria-pressed={shown.value === name}
                  onClick={() => (shown.value = name)}
                >
                  {title} <span class="quiet">{count(numbers[name])}</span>
                </button>
              ))}
            </div>
            {of.state.value !== "reading" && numbers.valid > 0 && <Exports of={of} />}
          </div>
          <BatchTable of={of} rows={rows()} sorting={sorting} />
        </>
      )}
    </section>
  );
}

function told(of: Batch): string {
  const read = `${counted(of.count.value.all, "payload")}, ${size(of.size)}`;
  if (of.state.value === "reading") return `${read}, being read in this page`;
  if (of.state.value === "stopped") return `${counted(of.count.value.all, "payload")}, then you stopped it`;
  if (of.state.value === "failed") return `${counted(of.count.value.all, "payload")}, then the reading failed`;
  return `${read}; nothing of it was sent`;
}

function Progress({ of }: { of: Batch }) {
  if (of.state.value === "failed")
    return (
      <p class="others" role="alert">
        <Icon of="alert" />
        <span>The rest could not be read. The file may have been changed or moved meanwhile: choose it again.</span>
      </p>
    );
  if (of.state.value !== "reading") return null;
  const part = of.size === 0 ? 1 : of.read.value / of.size;
  return (
    <div class="progress">
      <progress max={1} value={part} aria-label="Read so far" />
      <span class="progress-told">{`${share(part)}, ${size(of.read.value)}`}</span>
      <button type="button" class="small" onClick={stopBatch}>
        Stop
      </button>
    </div>
  );
}

function Exports({ of }: { of: Batch }) {
  const busy = useSignal(false);
  const save = async (format: Export) => {
    busy.value = true;
    download(`${nameOf(of)}.${format}`, [await exportBatch(format)], format === "csv" ? "text/csv" : "application/x-ndjson");
    busy.value = false;
  };
  return (
    <div class="exports">
      <span class="quiet">Summaries as</span>
      <button type="button" class="small" disabled={busy.value} onClick={() => void save("ndjson")}>
        <Icon of="save" />
        NDJSON
      </button>
      <button type="button" class="small" disabled={busy.value} onClick={() => void save("csv")}>
        <Icon of="save" />
        CSV
      </button>
    </div>
  );
}

function nameOf(of: Batch): string {
  const first = of.files[0]?.name ?? "calls";
  return of.files.length === 1 ? `${first.replace(/\.[^.]*$/, "")}-summaries` : "postcall-summaries";
}
