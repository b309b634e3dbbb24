// Written by `npm run update` from the tables of the crate. Changes belong there.

/** What JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** A word of the vocabulary `call_status`, or any other text. */
export type CallStatus =
  /** the call ran to its end; does not prove that anybody spoke */
  | "completed"
  /** the call failed, see `error_message` */
  | "failed"
  /** waiting to be made */
  | "queue"
  /** put on hold */
  | "paused"
  /** started */
  | "initiated"
  /** nobody answered */
  | "no-answer"
  /** the line was busy */
  | "busy"
  /** a voicemail answered and the agent hung up */
  | "hangup_on_voicemail"
  /** a voicemail answered and the agent left a message */
  | "left_voicemail"
  /** waiting */
  | "pending"
  /** ringing */
  | "ringing"
  /** running */
  | "in-progress"
  /** known to the telephony provider */
  | "registered"
  /** called off */
  | "canceled"
  /** hung up in the first second */
  | "user-canceled"
  /** refused as unwanted */
  | "spam"
  /** the call ran to its end */
  | "done"
  /** a voicemail answered */
  | "voicemail"
  /** a voicemail answered */
  | "voicemail_detected"
  /** a machine answered */
  | "machine_detected"
  | (string & {});

/** A word of the vocabulary `end_call_reason`, or any other text. */
export type EndCallReason =
  /** a voicemail answered */
  | "voicemail"
  /** answered; the person said goodbye first */
  | "human_goodbye"
  /** answered; the agent said goodbye first */
  | "agent_goodbye"
  /** answered, then cut off without a goodbye */
  | "human_pick_up_cut_off"
  /** the time limit was reached */
  | "max_duration"
  /** not given: a word, not the value that JavaScript calls so */
  | "undefined"
  /** a voicemail answered and a message was left */
  | "voicemail_message_left"
  /** a condition of the user's own, see `custom_end_call_reason` */
  | "custom_end_call"
  /** hung up at once */
  | "user_canceled"
  /** a voicemail answered and was cut off */
  | "voicemail_cut_off"
  /** a technical failure */
  | "error"
  /** another word for `agent_goodbye` */
  | "agent_ended_call"
  /** another word for `human_goodbye` */
  | "human_ended_call"
  /** another word for `human_goodbye` */
  | "human_hangup"
  /** another word for `max_duration` */
  | "timeout"
  /** a status in the wrong field, as in 2024 */
  | "completed"
  /** the account had no minutes left */
  | "Insufficient Minutes"
  | (string & {});

/** A word of the vocabulary `verdict`, or any other text. */
export type Verdict =
  /** met */
  | "true"
  /** partly met */
  | "partial"
  /** not met */
  | "false"
  /** does not apply */
  | "not_applicable"
  | (string & {});

/** A word of the vocabulary `action_type`, or any other text. */
export type ActionType =
  /** information extractor, runs after the call */
  | "extract_info_action_type"
  /** request to the operator's own server */
  | "custom_function_action_type"
  /** live transfer */
  | "transfer_call_action_type"
  /** text message */
  | "send_sms_action_type"
  /** calendar booking */
  | "calcom_booking_action_type"
  /** custom action */
  | "new_custom_action"
  | (string & {});

/** What the platform posts when a call has ended. */
export interface PostCall {
  /** state of the call, a copy of `call.status` */
  status?: CallStatus | null;
  /** what went wrong, empty if nothing */
  error_message?: string | null;
  /** the person called or calling */
  lead?: Lead | null;
  /** the call itself */
  call: Call;
  /** everything that the agent ran or extracted, by name */
  executed_actions?: { [key: string]: Action | null } | (Action | null)[] | null;
  /** verdicts of a language-model judge; empty where the call was not judged */
  analysis?: Analysis | null;
  /** free keys, passed through from the answer to the inbound webhook */
  metadata?: { [key: string]: JsonValue } | string | null;
  /** slots of a conversation flow */
  collected_variables?: { [key: string]: JsonValue } | null;
  /** the condition that ended the call, where the platform puts it at the top level */
  custom_end_call_reason?: string | null;
  /** What this version does not know is kept. */
  [unknown_field: string]: unknown;
}

/** The person called or calling. */
export interface Lead {
  /** name as given when the call was made; may be masked */
  name?: string | null;
  /** the person's number, usually E.164; may be masked */
  phone_number?: string | null;
  /** variables put into the prompt before the call */
  prompt_variables?: { [key: string]: JsonValue } | string | null;
  /** What this version does not know is kept. */
  [unknown_field: string]: unknown;
}

/** The call itself. */
export interface Call {
  /** state of the call */
  status?: CallStatus | null;
  /** why the call ended */
  end_call_reason?: EndCallReason | null;
  /** the agent, not a language model */
  model_id?: string | null;
  /** time zone configured on the agent, by its IANA name; not the person's */
  timezone?: string | null;
  /** identity of the call: opaque, compared byte for byte */
  call_id: string;
  /** length in seconds, ringing included */
  duration?: number | string | null;
  /** start, with offset */
  start_time?: string | null;
  /** the whole conversation: lines that begin with `bot:` or `human:` */
  transcript?: string | null;
  /** id of a recording at a telephony provider */
  recording_sid?: string | null;
  /** the recording; whoever has the address can listen */
  recording_url?: string | null;
  /** id of the call at the telephony provider */
  call_sid?: string | null;
  /** ids of the agents that took part */
  agents_used?: (string | null)[] | null;
  /** original called party of a diverted call */
  diversion?: JsonValue | null;
  /** the caller's own reference */
  external_id?: string | null;
  /** the condition that ended the call, with `custom_end_call` */
  custom_end_call_reason?: string | null;
  /** What this version does not know is kept. */
  [unknown_field: string]: unknown;
}

/** Something that the agent ran, or a piece of information that it extracted. */
export interface Action {
  /** name, equal to the key */
  name?: string | null;
  /** kind of the action */
  action_type?: ActionType | null;
  /** repeats `call.call_id` */
  call_id?: string | null;
  /** agent that ran it */
  model_id?: string | null;
  /** tenant at the platform */
  workspace_id?: string | null;
  /** for extractors the question, behind a fixed beginning */
  description?: string | null;
  /** configuration */
  parameters_hard_coded?: Parameters | JsonValue | null;
  /** what the model passed at run time */
  parameters_from_llm?: { [key: string]: JsonValue } | string | null;
  /** failure text; null or empty although the action failed is common */
  error_message?: string | null;
  /** sentence said if it fails */
  speak_on_failure?: string | null;
  /** result */
  return_value?: JsonValue | null;
  /** not documented */
  is_relevant_action?: boolean | string | null;
  /** ran before the call */
  run_action_before_call_start?: boolean | string | null;
  /** when it ran, in Unix seconds */
  timestamp?: number | string | null;
  /** the same instant, in UTC without a zone */
  timestamp_datetime?: string | null;
  /** schema of the run-time parameters */
  parameters_schema?: { [key: string]: JsonValue } | string | null;
  /** sentence said before */
  message_before_action?: string | null;
  /** say the text as written */
  use_hard_coded_message?: boolean | string | null;
  /** seconds before the delay sentence */
  delay_message_time_seconds?: number | string | null;
  /** sentence said while waiting */
  delay_message?: string | null;
  /** time limit in seconds */
  action_failed_timeout?: number | string | null;
  /** runs during the call */
  real_time_action?: boolean | string | null;
  /** the person may interrupt it */
  is_interruptible?: boolean | string | null;
  /** id of the action's configuration */
  action_id?: string | null;
  /** state of the result, usually empty */
  return_value_status?: string | null;
  /** What this version does not know is kept. */
  [unknown_field: string]: unknown;
}

/** Configuration of an extractor; other actions put anything here. */
export interface Parameters {
  /** short id of the extractor */
  identifier?: string | null;
  /** the question */
  condition?: string | null;
  /** allowed answers of a single-choice extractor */
  choices?: (string | null)[] | null;
  /** sample answers for the model, not data from the call */
  examples?: JsonValue[] | null;
  /** kind of the question */
  type?: string | null;
  /** What this version does not know is kept. */
  [unknown_field: string]: unknown;
}

/** What a language-model judge says of the call: 16 verdicts, a feedback for each, three totals. */
export interface Analysis {
  /** verdict: kept to its role */
  persona?: Verdict | boolean | null;
  /** verdict: kept to the wanted tone */
  style?: Verdict | boolean | null;
  /** verdict: followed the scripted steps */
  steps?: Verdict | boolean | null;
  /** verdict: did not repeat itself */
  no_repetition?: Verdict | boolean | null;
  /** verdict: handled the objections that were foreseen */
  objections?: Verdict | boolean | null;
  /** verdict: handled an objection that was not foreseen */
  objection_not_defined?: Verdict | boolean | null;
  /** verdict: answered from its knowledge */
  knowledge?: Verdict | boolean | null;
  /** verdict: reached the goal */
  goal?: Verdict | boolean | null;
  /** verdict: handled the appointment */
  appointment?: Verdict | boolean | null;
  /** verdict: the person was content */
  user_sentiment?: Verdict | boolean | null;
  /** verdict: the agent sounded right */
  agent_sentiment?: Verdict | boolean | null;
  /** verdict: ended properly */
  call_completion?: Verdict | boolean | null;
  /** verdict: a person answered */
  answered_by_human?: Verdict | boolean | null;
  /** verdict: the person agreed to be contacted */
  opted_in?: Verdict | boolean | null;
  /** verdict: the person did not ask to be left alone */
  no_opt_out?: Verdict | boolean | null;
  /** verdict: a verdict like the others; the prose summary is in `call_summary_feedback` */
  call_summary?: Verdict | boolean | null;
  /** why `persona` is not true; empty where it is */
  persona_feedback?: string | null;
  /** why `style` is not true; empty where it is */
  style_feedback?: string | null;
  /** why `steps` is not true; empty where it is */
  steps_feedback?: string | null;
  /** why `no_repetition` is not true; empty where it is */
  no_repetition_feedback?: string | null;
  /** why `objections` is not true; empty where it is */
  objections_feedback?: string | null;
  /** why `objection_not_defined` is not true; empty where it is */
  objection_not_defined_feedback?: string | null;
  /** why `knowledge` is not true; empty where it is */
  knowledge_feedback?: string | null;
  /** why `goal` is not true; empty where it is */
  goal_feedback?: string | null;
  /** why `appointment` is not true; empty where it is */
  appointment_feedback?: string | null;
  /** why `user_sentiment` is not true; empty where it is */
  user_sentiment_feedback?: string | null;
  /** why `agent_sentiment` is not true; empty where it is */
  agent_sentiment_feedback?: string | null;
  /** why `call_completion` is not true; empty where it is */
  call_completion_feedback?: string | null;
  /** why `answered_by_human` is not true; empty where it is */
  answered_by_human_feedback?: string | null;
  /** why `opted_in` is not true; empty where it is */
  opted_in_feedback?: string | null;
  /** why `no_opt_out` is not true; empty where it is */
  no_opt_out_feedback?: string | null;
  /** prose summary of the call, filled although the verdict is true */
  call_summary_feedback?: string | null;
  /** some verdict is `partial` or `false` */
  judge_found_partial_or_error?: boolean | string | null;
  /** some verdict is `false` */
  judge_found_full_error?: boolean | string | null;
  /** the feedbacks joined by a space, without `call_summary_feedback` */
  all_feedback?: string | null;
  /** What this version does not know is kept. */
  [unknown_field: string]: unknown;
}

/** One slot of a conversation flow. */
export interface Variable {
  /** what was collected: string, number, boolean or null */
  value?: JsonValue | null;
  /** whether it was collected */
  collected?: boolean | string | null;
  /** What this version does not know is kept. */
  [unknown_field: string]: unknown;
}
