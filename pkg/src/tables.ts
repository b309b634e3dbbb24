// Written by `npm run update` from the tables of the crate. Changes belong there.

import type { JsonValue } from "./payload.js";

export const severities = [
  /** the payload cannot be used */
  "error",
  /** the payload can be used; do not trust this spot */
  "warning",
  /** new or absent, and harmless */
  "info",
] as const;

/** How much an issue weighs. */
export type Severity = (typeof severities)[number];

export const issue_codes = [
  /** not JSON by RFC 8259 */
  "invalid_json",
  /** bytes that are no UTF-8 */
  "invalid_utf8",
  /** a `\u` escape that is half of a pair */
  "lone_surrogate",
  /** more bytes than `max_bytes` */
  "too_large",
  /** nested deeper than `max_depth` */
  "too_deep",
  /** a type that the field was never documented or seen with */
  "invalid_type",
  /** a documented field that is absent */
  "missing_field",
  /** a `call_id` that is blank, longer than 128 bytes, `.` or `..` */
  "unusable_id",
  /** the same key twice in one object; the last one counts */
  "duplicate_key",
  /** a word that its vocabulary does not have */
  "unknown_value",
  /** text that does not have the form of its field */
  "invalid_format",
  /** a number or time that cannot be meant */
  "out_of_range",
  /** a type that was seen but is not documented */
  "loose_type",
  /** fields that disagree */
  "mismatch",
  /** a byte order mark before the document */
  "byte_order_mark",
  /** another document than the post-call payload */
  "other_shape",
  /** a key that the contract does not name */
  "unknown_field",
  /** more issues than a report lists */
  "too_many_issues",
] as const;

/** What an issue says. The word is stable, its message is not. */
export type IssueCode = (typeof issue_codes)[number];

export const outcomes = [
  /** somebody or something answered and the call ran */
  "connected",
  /** a voicemail or another machine answered */
  "voicemail",
  /** nobody answered, or the line was busy */
  "not_reached",
  /** a technical failure */
  "failed",
  /** called off before it began */
  "cancelled",
  /** refused as unwanted */
  "blocked",
  /** not over: another payload for the call is to come */
  "in_progress",
  /** no word that the tables know */
  "unknown",
] as const;

/** How a call ended, in one word. */
export type Outcome = (typeof outcomes)[number];

export const speakers = [
  /** the agent */
  "bot",
  /** the other party: a person, a voicemail greeting, a phone menu */
  "human",
] as const;

/** Who spoke. */
export type Speaker = (typeof speakers)[number];

export const outcome_rules = [
  /** the status says `connected`, and the end reason is one of a voicemail */
  "end_call_reason",
  /** the class of `call.status` */
  "call_status",
  /** `call.status` says nothing that is known; the class of the top-level `status` */
  "top_level_status",
  /** a status is there, and no vocabulary has it */
  "unknown_status",
  /** no status is there */
  "missing_status",
] as const;

/** The rule that decided an outcome. */
export type OutcomeRule = (typeof outcome_rules)[number];

/** The verdicts of a judge. */
export const verdicts = [
  "true",
  "partial",
  "false",
  "not_applicable",
] as const;

/** The words that this version knows. Vocabularies of the payload are open: others are kept and reported. */
export const vocabularies = {
  call_status: [
    "completed",
    "failed",
    "queue",
    "paused",
    "initiated",
    "no-answer",
    "busy",
    "hangup_on_voicemail",
    "left_voicemail",
    "pending",
    "ringing",
    "in-progress",
    "registered",
    "canceled",
    "user-canceled",
    "spam",
    "done",
    "voicemail",
    "voicemail_detected",
    "machine_detected",
  ],
  end_call_reason: [
    "voicemail",
    "human_goodbye",
    "agent_goodbye",
    "human_pick_up_cut_off",
    "max_duration",
    "undefined",
    "voicemail_message_left",
    "custom_end_call",
    "user_canceled",
    "voicemail_cut_off",
    "error",
    "agent_ended_call",
    "human_ended_call",
    "human_hangup",
    "timeout",
    "completed",
    "Insufficient Minutes",
  ],
  verdict: verdicts,
  action_type: [
    "extract_info_action_type",
    "custom_function_action_type",
    "transfer_call_action_type",
    "send_sms_action_type",
    "calcom_booking_action_type",
    "new_custom_action",
  ],
  issue_code: issue_codes,
  severity: severities,
  outcome: outcomes,
  speaker: speakers,
} as const;

/** Other spellings of words, beside those that differ in case or in `-`, `_` and space alone. */
export const aliases = {
  call_status: { "cancelled": "canceled", "user-cancelled": "user-canceled" },
  end_call_reason: { "user_cancelled": "user_canceled" },
} as const;

/**
 * The usual fields of the declared objects, by the number of the first one plus one, in the order of the wire and asking for
 * each. An engine makes an object of fixed shape at once, which would take it many steps to grow.
 */
export const shapes: Readonly<Record<number, (next: () => JsonValue) => Record<string, JsonValue>>> = {
  1: (next) => ({
    status: next(),
    error_message: next(),
    lead: next(),
    call: next(),
    executed_actions: next(),
    analysis: next(),
    metadata: next(),
  }),
  10: (next) => ({
    name: next(),
    phone_number: next(),
    prompt_variables: next(),
  }),
  13: (next) => ({
    status: next(),
    end_call_reason: next(),
    model_id: next(),
    timezone: next(),
    call_id: next(),
    duration: next(),
    start_time: next(),
    transcript: next(),
    recording_sid: next(),
    recording_url: next(),
    call_sid: next(),
    agents_used: next(),
    diversion: next(),
    external_id: next(),
  }),
  28: (next) => ({
    name: next(),
    action_type: next(),
    call_id: next(),
    model_id: next(),
    workspace_id: next(),
    description: next(),
    parameters_hard_coded: next(),
    parameters_from_llm: next(),
    error_message: next(),
    speak_on_failure: next(),
    return_value: next(),
    is_relevant_action: next(),
    run_action_before_call_start: next(),
    timestamp: next(),
    timestamp_datetime: next(),
    parameters_schema: next(),
    message_before_action: next(),
    use_hard_coded_message: next(),
    delay_message_time_seconds: next(),
    delay_message: next(),
    action_failed_timeout: next(),
    real_time_action: next(),
    is_interruptible: next(),
    action_id: next(),
  }),
  53: (next) => ({
    identifier: next(),
    condition: next(),
    choices: next(),
    examples: next(),
  }),
  58: (next) => ({
    persona: next(),
    style: next(),
    steps: next(),
    no_repetition: next(),
    objections: next(),
    objection_not_defined: next(),
    knowledge: next(),
    goal: next(),
    appointment: next(),
    user_sentiment: next(),
    agent_sentiment: next(),
    call_completion: next(),
    answered_by_human: next(),
    opted_in: next(),
    no_opt_out: next(),
    call_summary: next(),
    persona_feedback: next(),
    style_feedback: next(),
    steps_feedback: next(),
    no_repetition_feedback: next(),
    objections_feedback: next(),
    objection_not_defined_feedback: next(),
    knowledge_feedback: next(),
    goal_feedback: next(),
    appointment_feedback: next(),
    user_sentiment_feedback: next(),
    agent_sentiment_feedback: next(),
    call_completion_feedback: next(),
    answered_by_human_feedback: next(),
    opted_in_feedback: next(),
    no_opt_out_feedback: next(),
    call_summary_feedback: next(),
    judge_found_partial_or_error: next(),
    judge_found_full_error: next(),
    all_feedback: next(),
  }),
};

/** The judged criteria, without the verdict on the judge's own summary. */
export const criteria = (): string[] => Object.keys(shapes[58]!(() => null)).slice(0, 15);

/** The largest input, in bytes, and the deepest nesting that can be asked for. */
export const most_bytes = 268435455;
export const most_depth = 1024;
