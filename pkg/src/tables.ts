// Written by `npm run update` from the tables of the crate. Changes belong there.

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
  /** the end reason is a voicemail's, and the status does not say otherwise */
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
  verdict: [
    "true",
    "partial",
    "false",
    "not_applicable",
  ],
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

/** The names of the declared fields, by their numbers. */
export const names: readonly string[] = [
  "status",
  "error_message",
  "lead",
  "call",
  "executed_actions",
  "analysis",
  "metadata",
  "collected_variables",
  "custom_end_call_reason",
  "name",
  "phone_number",
  "prompt_variables",
  "status",
  "end_call_reason",
  "model_id",
  "timezone",
  "call_id",
  "duration",
  "start_time",
  "transcript",
  "recording_sid",
  "recording_url",
  "call_sid",
  "agents_used",
  "diversion",
  "external_id",
  "custom_end_call_reason",
  "name",
  "action_type",
  "call_id",
  "model_id",
  "workspace_id",
  "description",
  "parameters_hard_coded",
  "parameters_from_llm",
  "error_message",
  "speak_on_failure",
  "return_value",
  "is_relevant_action",
  "run_action_before_call_start",
  "timestamp",
  "timestamp_datetime",
  "parameters_schema",
  "message_before_action",
  "use_hard_coded_message",
  "delay_message_time_seconds",
  "delay_message",
  "action_failed_timeout",
  "real_time_action",
  "is_interruptible",
  "action_id",
  "return_value_status",
  "identifier",
  "condition",
  "choices",
  "examples",
  "type",
  "persona",
  "style",
  "steps",
  "no_repetition",
  "objections",
  "objection_not_defined",
  "knowledge",
  "goal",
  "appointment",
  "user_sentiment",
  "agent_sentiment",
  "call_completion",
  "answered_by_human",
  "opted_in",
  "no_opt_out",
  "call_summary",
  "persona_feedback",
  "style_feedback",
  "steps_feedback",
  "no_repetition_feedback",
  "objections_feedback",
  "objection_not_defined_feedback",
  "knowledge_feedback",
  "goal_feedback",
  "appointment_feedback",
  "user_sentiment_feedback",
  "agent_sentiment_feedback",
  "call_completion_feedback",
  "answered_by_human_feedback",
  "opted_in_feedback",
  "no_opt_out_feedback",
  "call_summary_feedback",
  "judge_found_partial_or_error",
  "judge_found_full_error",
  "all_feedback",
  "value",
  "collected",
];

/** The largest input, in bytes, and the deepest nesting that can be asked for. */
export const most_bytes = 268435455;
export const most_depth = 1024;
