// What is read: calls of three sizes, good ones and bad ones.

import fields from "#fields";
import sample from "#sample";

interface Call { [key: string]: unknown; transcript: string }
interface Payload { [key: string]: unknown; call: Call; executed_actions?: Record<string, Record<string, unknown>> }

const documented = (): Payload => JSON.parse(sample) as Payload;
const encoder = new TextEncoder();

const ACTION = 1_150;

/** Some actions, in the shape of the documented ones. */
function actions(count: number): Record<string, Record<string, unknown>> {
  const models = Object.entries(documented().executed_actions ?? {});
  const one = (_: unknown, number: number): [string, Record<string, unknown>] => {
    const [name, model] = models[number % models.length]!;
    return [`${name} ${number}`, { ...model, name: `${name} ${number}` }];
  };
  return Object.fromEntries(Array.from({ length: count }, one));
}

/** JSON as it is sent: characters beyond ASCII as escapes. */
const sent = (payload: unknown): string =>
  JSON.stringify(payload).replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A call of about so many bytes: three fifths of a long one are the transcript, the rest actions; a short one was not judged. */
export function call(bytes: number): string {
  const payload = documented();
  if (bytes < 3_000) delete payload.analysis;
  payload.executed_actions = actions(Math.floor((bytes * 2) / 5 / ACTION));
  const lines = payload.call.transcript.split("\n").slice(1).map((text) => `\n${text}`);
  const lengths = lines.map((line) => sent(line).length - 2);
  payload.call.transcript = "";
  const said: string[] = [];
  for (let length = sent(payload).length; ; ) {
    const at = said.length % lines.length;
    length += lengths[at]!;
    if (length > bytes) break;
    said.push(lines[at]!);
  }
  payload.call.transcript = said.join("");
  return sent(payload);
}

/** The payloads that are timed. The last one is the documented one as other senders would write it: nothing escaped. */
export const SIZES: readonly { size: string; text: string }[] = [
  { size: "1.4 KB", text: call(1_400) },
  { size: "6 KB", text: sample.trim() },
  { size: "92 KB", text: call(92_000) },
  { size: "6 KB, UTF-8", text: JSON.stringify(documented()) },
];

/** The same with six fields of a wrong type, of the kind that every validator finds. */
export function spoiled(text: string): string {
  const payload = JSON.parse(text) as { lead: object; call: object };
  Object.assign(payload.lead, { name: 7 });
  Object.assign(payload.call, { timezone: 4, duration: true, agents_used: "one", start_time: 9, recording_url: [] });
  return text.includes("\\u") ? sent(payload) : JSON.stringify(payload);
}

const NDJSON_LINES = 1_000;

/** The documented call so many times, each with an id of its own. */
export function ndjson(): Uint8Array {
  const { call_id } = documented().call;
  const line = (_: unknown, number: number): string => sample.trim().replaceAll(String(call_id), `call-${number}`);
  return encoder.encode(Array.from({ length: NDJSON_LINES }, line).join("\n"));
}

const VALUES = [null, "", "text", 7, 0.5, true, {}, { a: 1 }, [], ["a"], [7], undefined];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The objects that a path leads to; null stands for every member. */
function holders(value: unknown, path: readonly (string | null)[]): Record<string, unknown>[] {
  if (!isObject(value)) return [];
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  return key === null ? Object.values(value).flatMap((each) => holders(each, rest)) : holders(value[key], rest);
}

export interface Case { name: string; text: string }

/**
 * Texts whose verdicts are compared: the sample with each field set to values of every type, and what is no payload. Left
 * out is an array where an object is wanted, for some validators take it for one.
 */
export function verdicts(): Case[] {
  const nothing = ["", "{", "null", "7", '"text"', "{}", '{"call":null}', '{"call":7}', '{"call":{}}', `${sample}x`];
  const cases = nothing.map((text, number) => ({ name: `what is no payload, ${number}`, text }));
  const changed = (path: readonly (string | null)[], value: unknown): void => {
    const payload = documented();
    for (const holder of holders(payload, path.slice(0, -1))) holder[path.at(-1)!] = value;
    cases.push({ name: `${path.join(".")} = ${JSON.stringify(value)}`, text: JSON.stringify(payload) });
  };
  for (const { path, takes_objects } of fields) {
    for (const value of VALUES) if (!takes_objects || !Array.isArray(value)) changed(path, value);
  }
  for (const id of [" ", ".", "..", "...", "x".repeat(128), "x".repeat(129)]) changed(["call", "call_id"], id);
  return cases;
}
