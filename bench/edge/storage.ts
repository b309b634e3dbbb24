// What is stored of a call and under which keys: the layout of the Worker in Rust.

import type { PostCall } from "./schema.js";
import type { Summary } from "./summary.js";
import { CRITERIA, statusClass } from "./words.js";

/** What is used of a KV namespace. */
export interface Namespace {
  getWithMetadata(key: string, type: "arrayBuffer"): Promise<{ value: ArrayBuffer | null; metadata: Digest | null }>;
  put(key: string, value: ArrayBuffer | string, options: { metadata: Digest }): Promise<void>;
}

interface Digest {
  v: 1; at: number; received_at: string; started_at?: string; status?: string; end_call_reason?: string; outcome: string;
  duration_seconds?: number; lead_name?: string; headline: string; issues: number; failed_actions: number; findings?: number;
  tally: { talk: [number, number, number]; verdicts?: string; size: number };
}

const LATEST = 9_999_999_999_999;

/** An id as it stands in keys. */
const encode = (id: string): string =>
  encodeURIComponent(id).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const callKey = (id: string): string => `call/${encode(id)}`;
const timeKey = (at: number, id: string): string => `time/${String(LATEST - at).padStart(13, "0")}/${encode(id)}`;

/** An unknown or missing word counts as final. */
const isFinal = (status: string | null | undefined): boolean => statusClass(status) !== "in_progress";

const LETTERS: Readonly<Record<string, string>> = { true: "t", partial: "p", false: "f", not_applicable: "n" };

function digest({ analysis: given }: PostCall, summary: Summary, size: number, at: number, now: number): Digest {
  const { talk, analysis } = summary;
  const letter = (name: string): string => LETTERS[given?.[name] === null ? "not_applicable" : String(given?.[name])] ?? "-";
  const row: Digest = {
    v: 1, at, received_at: new Date(now).toISOString(), outcome: summary.outcome.kind,
    headline: summary.headline.slice(0, 300), issues: 0, failed_actions: summary.actions.failed.length,
    tally: { talk: [talk.turns, talk.bot.words, talk.human.words], size },
  };
  if (analysis !== null) {
    row.findings = analysis.findings.length;
    row.tally.verdicts = CRITERIA.map(letter).join("");
  }
  if (summary.started_at !== null) row.started_at = summary.started_at;
  if (summary.status !== null) row.status = summary.status.slice(0, 64);
  if (summary.end_call_reason !== null) row.end_call_reason = summary.end_call_reason.slice(0, 64);
  if (summary.duration_seconds !== null) row.duration_seconds = summary.duration_seconds;
  if (summary.lead.name !== null) row.lead_name = summary.lead.name.slice(0, 120);
  return row;
}

function same(a: ArrayBuffer, b: ArrayBuffer): boolean {
  if (a.byteLength !== b.byteLength) return false;
  const [left, right] = [new Uint8Array(a), new Uint8Array(b)];
  return left.every((byte, at) => byte === right[at]);
}

/** Stores a call: body first, index row second. The first final body wins. */
export async function keep(kv: Namespace, payload: PostCall, summary: Summary, bytes: ArrayBuffer, now: number): Promise<string> {
  const id = summary.call_id;
  const key = callKey(id);
  const stored = await kv.getWithMetadata(key, "arrayBuffer");
  const started = summary.started_at === null ? now : Date.parse(summary.started_at);
  const at = stored.metadata?.at ?? Math.min(Math.max(started, 0), LATEST);
  if (stored.value !== null) {
    if (same(stored.value, bytes)) {
      const row = await kv.getWithMetadata(timeKey(at, id), "arrayBuffer");
      if (row.value === null && stored.metadata !== null) await kv.put(timeKey(at, id), "", { metadata: stored.metadata });
      return "duplicate";
    }
    if (isFinal(stored.metadata?.status)) return isFinal(summary.status) ? "conflict" : "stale";
  }
  const metadata = digest(payload, summary, bytes.byteLength, at, now);
  await kv.put(key, bytes, { metadata });
  await kv.put(timeKey(at, id), "", { metadata });
  return stored.value === null ? "created" : "updated";
}
