import type { Summary } from "postcall";

/** What summaries call the judge's verdicts when they count them. */
export type Judged = Exclude<keyof NonNullable<Summary["analysis"]>, "findings" | "overview">;

const WORDS = new Map<unknown, Judged>([
  ["true", "passed"],
  ["partial", "partial"],
  ["false", "failed"],
  ["not_applicable", "not_applicable"],
  [true, "passed"],
  [false, "failed"],
  [null, "not_applicable"],
]);

/** A verdict as it stands in a payload, read as the core reads it; null where it is no word of the judge's. */
export function verdictOf(value: unknown): Judged | null {
  const word = typeof value === "string" ? value.trim().toLowerCase().replace(/[- ]/g, "_") : value;
  return WORDS.get(word) ?? null;
}
