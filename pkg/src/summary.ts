import type { CallStatus, EndCallReason, JsonValue, Verdict } from "./payload.js";
import type { Outcome, Speaker } from "./tables.js";

/** What a call was: normalised, derived, small. */
export interface Summary {
  /** Identity of the call. */
  call_id: string;
  /** As sent; null where the payload has none. */
  status: CallStatus | null;
  /** Why the call ended, as sent. */
  end_call_reason: EndCallReason | null;
  /** The condition of the user's own that ended the call. */
  custom_end_call_reason: string | null;
  /** How the call ended in one word, and the name of the rule that decided it. */
  outcome: { kind: Outcome; rule: string };
  /** RFC 3339 in UTC with milliseconds. */
  started_at: string | null;
  /** The zone configured on the agent, not the person's. */
  timezone: string | null;
  /** Ringing included. */
  duration_seconds: number | null;
  /** The person; the number as sent. */
  lead: { name: string | null; phone_number: string | null };
  /** Who said how much. */
  talk: Talk;
  /** What the extractor actions found or did not find, in document order. */
  answers: Answer[];
  /** How many actions there are, how many of them are marked relevant, and those that failed. */
  actions: { total: number; relevant: number; failed: FailedAction[] };
  /** The judge's verdicts; null where the call was not judged. */
  analysis: Analysis | null;
  /** `collected_variables`, flattened. */
  variables: Record<string, JsonValue>;
  /** Whoever has the address can listen. */
  recording_url: string | null;
  /** The caller's own reference. */
  external_id: string | null;
  /** The agent, not a language model. */
  model_id: string | null;
  /** One English sentence, for a list or a chat message. */
  headline: string;
}

/** The transcript in numbers. A line is one labelled line, a turn is a run of lines by one speaker. */
export interface Talk {
  /** Runs of lines by one speaker. */
  turns: number;
  /** Labelled lines. */
  lines: number;
  /** Runs of characters that are not white space. */
  words: number;
  /** Whether the conversation looks cut off in mid-sentence. */
  truncated: boolean;
  /** Who spoke first; null where nobody did. */
  first: Speaker | null;
  /** Who spoke last. */
  last: Speaker | null;
  /** What the agent said. */
  bot: Share;
  /** What the other party said. */
  human: Share;
}

/** One speaker's part of the conversation. */
export interface Share {
  /** Runs of lines. */
  turns: number;
  /** Labelled lines. */
  lines: number;
  /** Runs of characters that are not white space. */
  words: number;
  /** Of the words, 0 to 1. */
  share: number;
}

/** One piece of information that an extractor action found, or did not find. */
export interface Answer {
  /** The action's key. */
  action: string;
  /** The label of the information. */
  key: string;
  /** What was asked. */
  question: string | null;
  /** What was found; null if nothing. */
  value: JsonValue;
  /** Whether anything was found. */
  found: boolean;
}

/** An action that failed, be it inside a completed call. */
export interface FailedAction {
  /** The action's name. */
  name: string;
  /** Its kind. */
  action_type: string;
  /** Its error text, the status that says so, or the HTTP status of its result. */
  error: string;
}

/** The judge's verdicts, counted. */
export interface Analysis {
  /** Criteria met. */
  passed: number;
  /** Criteria partly met. */
  partial: number;
  /** Criteria not met. */
  failed: number;
  /** Criteria that do not apply. */
  not_applicable: number;
  /** Partly met and not met, in document order. */
  findings: Finding[];
  /** The prose summary of the call. */
  overview: string | null;
}

/** A criterion that was not or only partly met. */
export interface Finding {
  /** The criterion's name. */
  criterion: string;
  /** `partial` or `false`. */
  verdict: Verdict;
  /** The judge's words. */
  feedback: string;
}

/** A run of lines by one speaker. */
export interface Turn {
  /** Null for text before the first label. */
  speaker: Speaker | null;
  /** In their order, at least one. */
  lines: Line[];
}

/** One labelled line of the transcript, with the text that continues it. */
export interface Line {
  /** What was said, without label and line end. */
  text: string;
  /** Where the line begins in the transcript, its label included. The lines' spans, joined, are the transcript. */
  start: number;
  /** Where the next line begins. */
  end: number;
}
