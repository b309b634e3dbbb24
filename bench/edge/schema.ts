// The payload as a zod schema: the same fields and the same unions of types as the declaration in src/payload.rs, unknown
// keys kept. What the Worker in Rust says beyond that (warnings about words and formats, what holds between fields, where
// in the text an issue is) is left out, so this one does less.

import * as z from "zod";
import { CRITERIA } from "./words.js";

const text = z.string().nullish();
const decimal = z.union([z.number(), z.string()]).nullish();
const truth = z.union([z.boolean(), z.string()]).nullish();
const verdict = z.union([z.string(), z.boolean()]).nullish();
const texts = z.array(z.string()).nullish();
const any = z.unknown().optional();
const free = z.union([z.record(z.string(), z.unknown()), z.string()]).nullish();

const parameters = z.looseObject({
  identifier: text, condition: text, choices: texts, examples: z.array(z.unknown()).nullish(), type: text,
});

const action = z.looseObject({
  name: text, action_type: text, call_id: text, model_id: text, workspace_id: text, description: text,
  parameters_hard_coded: z.union([parameters, z.string()]).nullish(), parameters_from_llm: free, error_message: text,
  speak_on_failure: text, return_value: any, is_relevant_action: truth, run_action_before_call_start: truth,
  timestamp: decimal, timestamp_datetime: text, parameters_schema: free, message_before_action: text,
  use_hard_coded_message: truth, delay_message_time_seconds: decimal, delay_message: text, action_failed_timeout: decimal,
  real_time_action: truth, is_interruptible: truth, action_id: text, return_value_status: text,
});

const call = z.looseObject({
  status: text, end_call_reason: text, model_id: text, timezone: text,
  call_id: z.string().refine((id) => id.trim() !== "" && id !== "." && id !== ".." && id.length <= 128),
  duration: decimal, start_time: text, transcript: text, recording_sid: text, recording_url: text, call_sid: text,
  agents_used: texts, diversion: any, external_id: text, custom_end_call_reason: text,
});

const judged = [...CRITERIA, "call_summary"];

const analysis = z.looseObject({
  ...Object.fromEntries(judged.map((name) => [name, verdict])),
  ...Object.fromEntries(judged.map((name) => [`${name}_feedback`, text])),
  judge_found_partial_or_error: truth, judge_found_full_error: truth, all_feedback: text,
});

export const postCall = z.looseObject({
  status: text, error_message: text,
  lead: z.looseObject({ name: text, phone_number: text, prompt_variables: free }).nullish(),
  call,
  executed_actions: z.union([z.record(z.string(), action), z.array(action)]).nullish(),
  analysis: analysis.nullish(),
  metadata: free,
  collected_variables: z.record(z.string(), z.unknown()).nullish(),
  custom_end_call_reason: text,
});

export type PostCall = z.infer<typeof postCall>;
export type Call = z.infer<typeof call>;
export type Action = z.infer<typeof action>;
