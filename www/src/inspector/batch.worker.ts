// The thread in which batches are read. The page sends it files; rows come back while it reads, counts at the end.

import {
  aggregate,
  init,
  safeParse,
  safeSummarize,
  type SafeSummarizeResult,
  type Summary,
  summarizeLines,
} from "postcall/slim";
import binary from "postcall/postcall.wasm?url";
import type { Counts } from "../charts/stats";
import { joined } from "../parts/bytes";
import { countVerdicts, noVerdicts } from "./criteria";
import { csvHead, csvRow } from "./csv";
import { byLines, holdsLines, noLine } from "./lines";

/** Where a payload of a batch stands. */
interface Place {
  /** Which of the files. */
  file: number;
  /** Counted from 1. */
  line: number;
  /** Its bytes in the file. */
  start: number;
  end: number;
}

/** One payload of a batch: where it stands and what a list shows of it. */
export interface Row extends Place {
  /** Counted from 0 over all files. */
  number: number;
  valid: boolean;
  errors: number;
  issues: number;
  headline: string;
  lead_name: string | null;
  outcome: string | null;
  status: string | null;
  started_at: string | null;
  duration_seconds: number | null;
  findings: number;
  failed_actions: number;
}

export type ToWorker =
  | { kind: "read"; files: readonly File[] }
  /** The page has drawn the rows that it heard of, and can hear of further ones. */
  | { kind: "more" }
  | { kind: "stop" }
  | { kind: "export"; format: "ndjson" | "csv" };

export type FromWorker =
  | { kind: "rows"; rows: Row[]; bytes: number }
  | { kind: "end"; how: "done" | "stopped" | "failed"; stats: Counts | null }
  | { kind: "export"; file: Blob };

/** The package's own bound on one payload, and one byte more that shows that it is passed. */
const MOST_BYTES = 16 * 1024 * 1024 + 1;
/** The page hears as often as it can draw, not as often as there are lines; a slow one takes more rows at once. */
const TELL_EVERY_MS = 120;

const ready = init(fetch(binary));
const summaries: Summary[] = [];
const criterion = noVerdicts();
const stop = new AbortController();

let rows: Row[] = [];
let count = 0;
/** Bytes of the files before the one that is read, and of that one so far. */
let before = 0;
let within = 0;
let told = 0;
let drawn = true;

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "read") void read(data.files);
  else if (data.kind === "more") drawn = true;
  else if (data.kind === "stop") stop.abort();
  else say({ kind: "export", file: data.format === "csv" ? asCsv() : asLines() });
});

async function read(files: readonly File[]): Promise<void> {
  let how: "done" | "stopped" | "failed" = "done";
  try {
    await ready;
    for (const [number, file] of files.entries()) {
      if (await holdsLines(file)) await readLines(number, file);
      else await readWhole(number, file);
      before += file.size;
      within = 0;
      tellWhenDue();
    }
  } catch (error) {
    how = stop.signal.aborted ? "stopped" : "failed";
    if (how === "failed") console.error(error);
  }
  tell();
  say({ kind: "end", how, stats: summaries.length > 0 ? { ...aggregate(summaries), criterion } : null });
}

async function readWhole(number: number, file: File): Promise<void> {
  stop.signal.throwIfAborted();
  const bytes = new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer());
  add({ file: number, line: 1, start: 0, end: file.size }, safeSummarize(bytes), () => bytes);
}

async function readLines(number: number, file: File): Promise<void> {
  const now = noLine();
  const onProgress = ({ bytes }: { bytes: number }) => {
    within = bytes;
    tellWhenDue();
  };
  for await (const result of summarizeLines(byLines(file, now, MOST_BYTES), { signal: stop.signal, onProgress }))
    add({ file: number, line: result.line, start: now.start, end: now.end }, result, () => joined(now.parts));
}

function add(place: Place, result: SafeSummarizeResult, bytes: () => Uint8Array): void {
  const errors = result.issues.filter((issue) => issue.severity === "error").length;
  const summary = result.success ? result.summary : null;
  if (summary !== null) summaries.push(summary);
  if (summary?.analysis) {
    const parsed = safeParse(bytes());
    if (parsed.success) countVerdicts(criterion, parsed.data);
  }
  rows.push({
    ...place,
    number: count,
    valid: result.success,
    errors,
    issues: result.issues.length,
    headline: summary?.headline ?? result.issues.find((issue) => issue.severity === "error")?.message ?? "",
    lead_name: summary?.lead.name ?? null,
    outcome: summary?.outcome.kind ?? null,
    status: summary?.status ?? null,
    started_at: summary?.started_at ?? null,
    duration_seconds: summary?.duration_seconds ?? null,
    findings: summary?.analysis?.findings.length ?? 0,
    failed_actions: summary?.actions.failed.length ?? 0,
  });
  count += 1;
}

function tellWhenDue(): void {
  if (drawn && performance.now() - told > TELL_EVERY_MS) tell();
}

function tell(): void {
  say({ kind: "rows", rows, bytes: before + within });
  rows = [];
  drawn = false;
  told = performance.now();
}

function say(message: FromWorker): void {
  postMessage(message);
}

function asLines(): Blob {
  return new Blob(
    summaries.map((summary) => `${JSON.stringify(summary)}\n`),
    { type: "application/x-ndjson" },
  );
}

/** With a byte order mark: spreadsheets take a file without one for text of another time. */
function asCsv(): Blob {
  return new Blob(["\ufeff", csvHead, ...summaries.map(csvRow)], { type: "text/csv" });
}
