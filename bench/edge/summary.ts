// The summary of a payload that the schema has let through: the same content as the Worker in Rust gives.

import type { Action, PostCall } from "./schema.js";
import { talk, type Talk } from "./talk.js";
import { CRITERIA, folded, howItEnded, isVoicemail, LEADS, type Outcome, statusClass } from "./words.js";

type Verdict = "true" | "partial" | "false" | "not_applicable";
interface Answer { action: string; key: string; question: string | null; value: unknown; found: boolean }
interface Failed { name: string; action_type: string; error: string }
interface Actions { total: number; relevant: number; failed: Failed[] }
interface Finding { criterion: string; verdict: Verdict; feedback: string }
interface Analysis {
  passed: number; partial: number; failed: number; not_applicable: number; findings: Finding[]; overview: string | null;
}
export interface Summary {
  call_id: string; status: string | null; end_call_reason: string | null; custom_end_call_reason: string | null;
  outcome: { kind: Outcome; rule: string }; started_at: string | null; timezone: string | null;
  duration_seconds: number | null; lead: { name: string | null; phone_number: string | null }; talk: Talk;
  answers: Answer[]; actions: Actions; analysis: Analysis | null; variables: Record<string, unknown>;
  recording_url: string | null; external_id: string | null; model_id: string | null; headline: string;
}

/** A text that is not blank. */
const said = (value: unknown): string | null => (typeof value === "string" && value.trim() !== "" ? value : null);

function number(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : null;
}

const isTrue = (value: unknown): boolean => value === true || (typeof value === "string" && folded(value) === "true");
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value of JSON in a string, or the value itself. */
function readThrough(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function outcome(status: unknown, top: unknown, reason: string): { kind: Outcome; rule: string } {
  const own = statusClass(said(status));
  const kind = own ?? statusClass(said(top));
  if (kind === undefined) {
    const rule = said(status) === null && said(top) === null ? "missing_status" : "unknown_status";
    return { kind: "unknown", rule };
  }
  if (kind === "connected" && isVoicemail(reason)) return { kind: "voicemail", rule: "end_call_reason" };
  return { kind, rule: own === undefined ? "top_level_status" : "call_status" };
}

/** The start in UTC; a time without an offset is none. */
function startedAt(text: unknown): string | null {
  if (typeof text !== "string" || !/[zZ]$|[+-]\d\d:?\d\d$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

const PREFIXES = ["extract_info_", "info_extractor_"];
const QUESTION = "Get information with question: ";

function saysSomething(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === "string") return value.trim() !== "";
  return typeof value !== "object" || (Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0);
}

function answer(name: string, action: Action, result: unknown): Answer {
  const settings = readThrough(action.parameters_hard_coded);
  const of = isObject(settings) ? settings : {};
  const description = said(action.description);
  const question = said(of.condition) ?? (description?.startsWith(QUESTION) ? description.slice(QUESTION.length) : null);
  const keys = isObject(result) ? Object.keys(result) : [];
  const only = keys.length === 1 ? keys[0] : undefined;
  const prefix = PREFIXES.find((each) => name.startsWith(each));
  const key = only ?? said(of.identifier) ?? (prefix === undefined ? name : name.slice(prefix.length));
  const value = only === undefined ? result : (result as Record<string, unknown>)[only];
  const found = saysSomething(value);
  return { action: name, key, question, value: found ? value : null, found };
}

/** Why an action failed, if it did. */
function failure(action: Action, result: unknown): string | null {
  const error = said(action.error_message);
  if (error !== null) return error;
  if (!isObject(result)) return null;
  const { status, status_code, code } = result;
  if (typeof status === "string" && /fail|error|timeout/i.test(status)) return status;
  const found = [status_code, code, status].find((each) => (number(each) ?? 0) >= 400);
  return found === undefined ? null : `HTTP ${found}`;
}

function actionsOf(payload: PostCall): { answers: Answer[]; actions: Actions } {
  const answers: Answer[] = [];
  const actions: Actions = { total: 0, relevant: 0, failed: [] };
  const given = payload.executed_actions ?? {};
  const entries: [string | null, Action][] = Array.isArray(given) ? given.map((each) => [null, each]) : Object.entries(given);
  for (const [key, action] of entries) {
    const name = key ?? said(action.name) ?? "";
    const result = readThrough(action.return_value);
    actions.total += 1;
    if (isTrue(action.is_relevant_action)) actions.relevant += 1;
    const error = failure(action, result);
    if (error !== null) actions.failed.push({ name, action_type: said(action.action_type) ?? "", error });
    const is_extractor = action.action_type == null
      ? PREFIXES.some((each) => name.startsWith(each) || action.name?.startsWith(each))
      : folded(action.action_type) === "extract_info_action_type";
    if (is_extractor) answers.push(answer(name, action, result));
  }
  return { answers, actions };
}

function verdict(value: unknown): Verdict | null {
  if (value === null) return "not_applicable";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value !== "string") return null;
  if (value === "true" || value === "partial" || value === "false" || value === "not_applicable") return value;
  const word = folded(value);
  return word === "true" || word === "partial" || word === "false" || word === "not_applicable" ? word : null;
}

const COUNTERS = { true: "passed", partial: "partial", false: "failed", not_applicable: "not_applicable" } as const;
const JUDGED: ReadonlySet<string> = new Set(CRITERIA);

function analysisOf(given: Record<string, unknown> | null | undefined): Analysis | null {
  if (given == null || Object.keys(given).length === 0) return null;
  const judged: Analysis = { passed: 0, partial: 0, failed: 0, not_applicable: 0, findings: [], overview: null };
  for (const criterion of Object.keys(given)) {
    if (!JUDGED.has(criterion)) continue;
    const word = verdict(given[criterion]);
    if (word === null) continue;
    judged[COUNTERS[word]] += 1;
    if (word !== "partial" && word !== "false") continue;
    judged.findings.push({ criterion, verdict: word, feedback: said(given[`${criterion}_feedback`]) ?? "" });
  }
  judged.overview = said(given.call_summary_feedback);
  return judged;
}

/** The value of a slot, unless the member is an agent with slots of its own. */
function slot(value: unknown): { value: unknown } | null {
  if (!isObject(value)) return { value };
  if (isObject(value.collected)) return null;
  if (Object.hasOwn(value, "value")) return { value: value.value };
  return Object.hasOwn(value, "collected") ? { value: value.collected } : null;
}

function variables(given: Record<string, unknown> | null | undefined): Record<string, unknown> {
  const pairs: [string, unknown][] = [];
  for (const [key, value] of Object.entries(given ?? {})) {
    const own = slot(value);
    if (own !== null) pairs.push([key, own.value]);
    else {
      const inner = Object.entries(value as object);
      if (inner.every(([, each]) => slot(each) !== null)) pairs.push(...inner.map(([name, each]): [string, unknown] => [name, slot(each)?.value]));
      else pairs.push([key, value]);
    }
  }
  return Object.fromEntries(pairs);
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

function lasting(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [[Math.floor(whole / 3_600), "h"], [Math.floor(whole / 60) % 60, "min"], [whole % 60, "s"]] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length > 0 ? ` for ${said.join(" ")}` : "";
}

function headline({ outcome: { kind }, duration_seconds, answers, actions, analysis }: Omit<Summary, "headline">, reason: string): string {
  let text = LEADS[kind];
  if (kind === "connected" && duration_seconds !== null) text += lasting(duration_seconds);
  if (kind === "connected") text += howItEnded(reason);
  else if (kind === "voicemail" && reason === "voicemail_message_left") text += " and left a message";
  if (answers.length > 0) {
    const found = answers.filter((each) => each.found).length;
    text += `; ${found} of ${counted(answers.length, "answer", "answers")} found`;
  }
  if (actions.failed.length > 0) text += `; ${counted(actions.failed.length, "action failed", "actions failed")}`;
  const findings = analysis?.findings ?? [];
  if (findings.length > 0) {
    const named = findings.slice(0, 3).map((each) => `${each.criterion} ${each.verdict === "partial" ? "partly met" : "not met"}`);
    text += `; the judge found ${named.join(", ")}`;
    if (findings.length > 3) text += ` and ${findings.length - 3} more`;
  }
  return `${text}.`;
}

export function summarize(payload: PostCall): Summary {
  const { call, lead } = payload;
  const reason = call.end_call_reason == null ? "" : folded(call.end_call_reason);
  const { answers, actions } = actionsOf(payload);
  const summary = {
    call_id: call.call_id,
    status: said(call.status) ?? said(payload.status),
    end_call_reason: said(call.end_call_reason),
    custom_end_call_reason: said(call.custom_end_call_reason) ?? said(payload.custom_end_call_reason),
    outcome: outcome(call.status, payload.status, reason),
    started_at: startedAt(call.start_time),
    timezone: said(call.timezone),
    duration_seconds: number(call.duration),
    lead: { name: said(lead?.name), phone_number: said(lead?.phone_number) },
    talk: talk(call.transcript ?? ""),
    answers,
    actions,
    analysis: analysisOf(payload.analysis),
    variables: variables(payload.collected_variables),
    recording_url: said(call.recording_url),
    external_id: said(call.external_id),
    model_id: said(call.model_id),
  };
  return { ...summary, headline: headline(summary, reason) };
}
