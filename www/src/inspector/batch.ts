import { batch as batched, type Signal, signal } from "@preact/signals";
import type { Counts } from "../charts/stats";
import { say } from "../parts/saying";
import type { FromWorker, Row, ToWorker } from "./batch.worker";
import address from "./batch.worker?worker&url";
import { source } from "./inspection";

export type { Row } from "./batch.worker";

/** Many payloads that are read one after the other, in a thread of their own. */
export interface Batch {
  files: readonly File[];
  /** Of all files together. */
  size: number;
  /** Every row that was read so far: one list that grows. */
  rows: readonly Row[];
  /** How many rows that are; it changes with each time that some come. */
  count: Signal<{ all: number; valid: number }>;
  /** Bytes read so far. */
  read: Signal<number>;
  state: Signal<"reading" | "done" | "stopped" | "failed">;
  /** Counts of the valid ones, once reading has ended. */
  stats: Signal<Counts | null>;
}

export type Export = "ndjson" | "csv";

/** The batch of the page, while there is one. */
export const batch = signal<Batch | null>(null);

/** The row that is looked at; its payload stands in the inspector. */
export const opened = signal<Row | null>(null);

let thread: Worker | null = null;
let exported: ((file: Blob) => void) | null = null;

export function startBatch(files: readonly File[]): void {
  leaveBatch();
  const rows: Row[] = [];
  const started: Batch = {
    files,
    size: files.reduce((sum, file) => sum + file.size, 0),
    rows,
    count: signal({ all: 0, valid: 0 }),
    read: signal(0),
    state: signal<"reading" | "done" | "stopped" | "failed">("reading"),
    stats: signal<Counts | null>(null),
  };
  source.value = null;
  batch.value = started;
  const worker = prepareBatch();
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => heard(started, rows, data);
  worker.onerror = () => (started.state.value = "failed");
  tell({ kind: "read", files });
}

export function stopBatch(): void {
  tell({ kind: "stop" });
}

/** Ends whatever the thread is doing and forgets what it has read. */
export function leaveBatch(): void {
  if (batch.value === null) return;
  thread?.terminate();
  thread = null;
  exported = null;
  opened.value = null;
  batch.value = null;
}

/** Starts the thread, so that a batch needs nothing from the network any more. */
export function prepareBatch(): Worker {
  thread ??= new Worker(trusted(address), { type: "module", name: "batch" });
  return thread;
}

/** Puts a row's payload into the inspector. */
export async function openRow(of: Batch, row: Row): Promise<void> {
  const file = of.files[row.file];
  if (file === undefined) return;
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.slice(row.start, row.end).arrayBuffer());
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return say("The file could not be read any more. It may have been changed or moved: choose it again.");
  }
  const name = of.files.length === 1 || row.line > 1 ? `${file.name}, line ${row.line}` : file.name;
  source.value = { kind: "file", name, bytes, size: bytes.length };
  opened.value = row;
}

export function closeRow(): void {
  opened.value = null;
  source.value = null;
}

/** The summaries that were read, as a file. */
export function exportBatch(format: Export): Promise<Blob> {
  return new Promise((resolve) => {
    exported = resolve;
    tell({ kind: "export", format });
  });
}

function tell(message: ToWorker): void {
  thread?.postMessage(message);
}

function heard(of: Batch, rows: Row[], message: FromWorker): void {
  if (message.kind === "rows") {
    for (const row of message.rows) rows.push(row);
    const { valid } = of.count.value;
    batched(() => {
      of.read.value = message.bytes;
      of.count.value = { all: rows.length, valid: valid + message.rows.filter((row) => row.valid).length };
    });
    // Once the page has drawn them.
    setTimeout(() => tell({ kind: "more" }));
  } else if (message.kind === "end") {
    batched(() => {
      of.stats.value = message.stats;
      of.state.value = message.how;
    });
  } else exported?.(message.file);
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): {
    createScriptURL(address: string): string;
  };
}

/** The address of our own script as the pages' policy wants it: it trusts no text as a script's address. */
const trusted = (() => {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (types === undefined) return (own: string) => own;
  const policy = types.createPolicy("postcall", {
    createScriptURL(wanted) {
      if (wanted !== address) throw new TypeError("the only script that is started is the page's own");
      return wanted;
    },
  });
  return (own: string) => policy.createScriptURL(own);
})();
