import type { Issue, Summary } from "postcall";
import { sharedAddress } from "../app/router";
import { joined } from "../parts/bytes";

/**
 * What may be told of a call by a link: numbers and words of our own vocabularies. No name, number, address, id, text of
 * the conversation, answer or feedback is among it, and no time of day.
 */
export interface Redacted {
  headline: string;
  outcome: string;
  rule: string;
  day: string | null;
  duration_seconds: number | null;
  talk: { turns: number; lines: number; words: number; human_share: number };
  answers: { found: number; total: number };
  actions: { failed: number; total: number };
  analysis: { passed: number; partial: number; failed: number; not_applicable: number } | null;
  findings: { criterion: string; verdict: "partial" | "failed" }[];
  issues: { code: string; count: number }[];
}

/** More than a redacted summary ever takes: a link that unfolds to more is not one of ours. */
const MOST_BYTES = 100_000;

export function redacted(summary: Summary, issues: readonly Issue[]): Redacted {
  const { talk, answers, actions, analysis } = summary;
  const codes = new Map<string, number>();
  for (const { code } of issues) codes.set(code, (codes.get(code) ?? 0) + 1);
  return {
    headline: summary.headline,
    outcome: summary.outcome.kind,
    rule: summary.outcome.rule,
    day: summary.started_at?.slice(0, "2026-01-31".length) ?? null,
    duration_seconds: summary.duration_seconds,
    talk: { turns: talk.turns, lines: talk.lines, words: talk.words, human_share: talk.human.share },
    answers: { found: answers.filter((answer) => answer.found).length, total: answers.length },
    actions: { failed: actions.failed.length, total: actions.total },
    analysis: analysis && {
      passed: analysis.passed,
      partial: analysis.partial,
      failed: analysis.failed,
      not_applicable: analysis.not_applicable,
    },
    findings: (analysis?.findings ?? []).map(({ criterion, verdict }) => ({
      criterion,
      verdict: verdict === "partial" ? "partial" : "failed",
    })),
    issues: [...codes].map(([code, count]) => ({ code, count })),
  };
}

/** An address that holds the redacted summary itself. It stands after the `#`, which browsers send to nobody. */
export async function shareAddress(what: Redacted): Promise<string> {
  const packed = await piped(new TextEncoder().encode(JSON.stringify(what)), new CompressionStream("deflate-raw"));
  const base64 = btoa(String.fromCharCode(...packed));
  return sharedAddress(base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""));
}

/** What an address holds, or null where it is not whole or not ours. */
export async function readShared(packed: string): Promise<Redacted | null> {
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const text = new TextDecoder().decode(await piped(bytes, new DecompressionStream("deflate-raw")));
    const value: unknown = JSON.parse(text);
    return isRedacted(value) ? value : null;
  } catch (error) {
    // No base64, no deflate, no JSON.
    if (error instanceof DOMException || error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError)
      return null;
    throw error;
  }
}

async function piped(bytes: Uint8Array<ArrayBuffer>, through: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(through).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > MOST_BYTES) {
      await reader.cancel();
      throw new RangeError("the link unfolds to more than a summary");
    }
    parts.push(next.value);
  }
  return joined(parts);
}

/** A link can be written by anybody: every part is checked to be what the page draws. */
function isRedacted(value: unknown): value is Redacted {
  const { headline, outcome, rule, day, duration_seconds, talk, answers, actions, analysis, findings, issues } =
    object(value);
  return (
    [headline, outcome, rule].every(isText) &&
    (day === null || isText(day)) &&
    (duration_seconds === null || isNumber(duration_seconds)) &&
    numbers(talk, ["turns", "lines", "words", "human_share"]) &&
    numbers(answers, ["found", "total"]) &&
    numbers(actions, ["failed", "total"]) &&
    (analysis === null || numbers(analysis, ["passed", "partial", "failed", "not_applicable"])) &&
    list(findings, (row) => isText(row["criterion"]) && isText(row["verdict"])) &&
    list(issues, (row) => isText(row["code"]) && isNumber(row["count"]))
  );
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function numbers(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => isNumber(object(value)[name]));
}

function list(value: unknown, fits: (row: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((row) => fits(object(row)));
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number" && Number.isFinite(value);
