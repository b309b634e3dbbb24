import type { ActionType, CallStatus, EndCallReason, Verdict } from "./payload.js";
import { type IssueCode, type Outcome, type Severity, type Speaker, vocabularies as words } from "./tables.js";

/** Words that this version knows. Those of the payload are open: others are kept and reported. */
export interface Vocabularies {
  /** Of `call.status` and the top-level `status`. */
  readonly call_status: readonly CallStatus[];
  /** Of `call.end_call_reason`. */
  readonly end_call_reason: readonly EndCallReason[];
  /** Of the judge in `analysis`. */
  readonly verdict: readonly Verdict[];
  /** Of `action_type` in `executed_actions`. */
  readonly action_type: readonly ActionType[];
  /** What an issue says. */
  readonly issue_code: readonly IssueCode[];
  /** How much an issue weighs. */
  readonly severity: readonly Severity[];
  /** How a call ended. */
  readonly outcome: readonly Outcome[];
  /** Who spoke. */
  readonly speaker: readonly Speaker[];
}

/** The words that this version knows, frozen: the package reads by the same lists. */
export const vocabularies: Vocabularies = /* @__PURE__ */ frozen(words);

function frozen(lists: Vocabularies): Vocabularies {
  for (const list of Object.values(lists)) Object.freeze(list);
  return Object.freeze(lists);
}
