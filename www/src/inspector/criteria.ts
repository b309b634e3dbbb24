import { aggregate, type PostCall } from "postcall/slim";
import { verdictOf } from "../call/verdicts";
import type { Judged } from "../charts/stats";
import { member } from "../parts/member";

/** The judged criteria, each without a verdict so far. */
export function noVerdicts(): Judged[] {
  return aggregate([]).criterion.map((row) => ({ ...row, passed: 0, not_applicable: 0 }));
}

/** Counts the verdicts of a payload: of those that were met, its summary says how many and not which. */
export function countVerdicts(counts: readonly Judged[], payload: PostCall): void {
  for (const row of counts) {
    const verdict = verdictOf(member(payload.analysis, row.criterion));
    if (verdict !== null) row[verdict] += 1;
  }
}
