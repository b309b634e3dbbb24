// What the fault matrix goes through: for each kind of request, what is there before it, what it is, and what must be
// stored in the end. The faults themselves are in faulty.mjs, the test in faults.test.mjs.

import { createHash } from "node:crypto";
import { callPath, deliver, encode, get, payload, reader, send } from "./client.mjs";

export const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** The bodies of one call, whose row has a time that no other call has; every case has an id of its own. */
function bodies(id, at) {
  const start_time = new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString();
  return {
    queue: payload(id, { status: "queue", start_time }),
    final: payload(id, { start_time, duration: 1 }),
    other: payload(id, { start_time, duration: 2 }),
    third: payload(id, { start_time, duration: 3 }),
    undated: payload(id),
    broken: `{"call":{"call_id":"${id}"`,
  };
}

const post = (body) => (worker, headers) => deliver(worker, body, { headers });
const read = (path) => (worker, headers) => get(worker, path, { ...reader, ...headers });
const remove = (path) => (worker, headers) => send(worker, "DELETE", path, { headers: { ...reader, ...headers } });
const conflictPath = (id, body) => `/api/conflicts/${encodeURIComponent(`${sha256(body)}~${encode(id)}`)}`;
const quarantinePath = (body) => `/api/quarantine/${sha256(body)}`;

/**
 * A scenario, for a case's id and bodies: `given` is delivered first, `plants` is put into quarantine, `ask` is the request that meets the fault, `word`
 * what it answers where nothing fails, `again` what a repeat of it may answer as well. `stored` is what there must be in
 * the end: the record's body, the conflicts, the quarantined bodies. `or` is the record that there may be instead if
 * the fault is a stale read, which KV does not rule out: then a body may be taken for the first of its call. A reading
 * `holds` a text, and one that `streams` may break off instead; what `hides` may be told to be absent; what
 * `releases` bodies leaves them in quarantine no longer.
 */
const delivery = (name, of) => ({ name, route: "POST /webhook", again: ["duplicate"], ...of });
const reading = (name, route, path, of) => ({
  name, route, ask: (c) => (worker, headers) => read(path(c))(worker, of.streams ? { ...headers, "x-whole": "1" } : headers), hides: true, ...of,
});
const erasing = (name, route, path, of) => ({
  name, route, ask: (c) => remove(path(c)), erases: true, hides: true, stored: () => ({}), ...of,
});
const kept = { given: ({ final, other, broken }) => [final, other, broken], stored: ({ final, other, broken }) => ({ record: final, conflicts: [other], quarantined: [broken] }) };

export const SCENARIOS = [
  delivery("the first body of a call", {
    ask: ({ final }) => post(final), word: "created",
    stored: ({ final }) => ({ record: final }),
  }),
  delivery("the first body of a call, without a start", {
    ask: ({ undated }) => post(undated), word: "created",
    // Its row stands at the time when it arrived: a second attempt may give it a second row. Lists show it once.
    stored: ({ undated }) => ({ record: undated, rows: 2 }),
  }),
  delivery("a repeat", {
    given: ({ final }) => [final], ask: ({ final }) => post(final), word: "duplicate", again: ["updated", "created"],
    stored: ({ final }) => ({ record: final }),
  }),
  delivery("a repeat of what was stored by half", {
    given: ({ final }) => [final], loses: "time", ask: ({ final }) => post(final), word: "duplicate", again: ["created"],
    stored: ({ final }) => ({ record: final }),
  }),
  delivery("the final body after another", {
    given: ({ queue }) => [queue], ask: ({ final }) => post(final), word: "updated", again: ["duplicate", "created"],
    stored: ({ final }) => ({ record: final }),
  }),
  delivery("a body that comes after the final one", {
    given: ({ queue, final }) => [queue, final], ask: ({ queue }) => post(queue), word: "stale",
    again: ["duplicate", "created", "updated"],
    stored: ({ final }) => ({ record: final }), or: ({ queue }) => ({ record: queue }),
  }),
  delivery("another final body", {
    given: ({ final }) => [final], ask: ({ other }) => post(other), word: "conflict", again: ["duplicate", "created"],
    stored: ({ final, other }) => ({ record: final, conflicts: [other] }), or: ({ other }) => ({ record: other }),
  }),
  delivery("a repeat of another final body", {
    given: ({ final, other }) => [final, other], ask: ({ other }) => post(other), word: "conflict",
    again: ["duplicate", "created"],
    stored: ({ final, other }) => ({ record: final, conflicts: [other] }),
    or: ({ other }) => ({ record: other, conflicts: [other] }),
  }),
  delivery("a body that is no payload", {
    ask: ({ broken }) => post(broken), word: "quarantined", again: [],
    stored: ({ broken }) => ({ quarantined: [broken] }),
  }),
  delivery("a repeat of a body that is no payload", {
    given: ({ broken }) => [broken], ask: ({ broken }) => post(broken), word: "quarantined", again: [],
    stored: ({ broken }) => ({ quarantined: [broken] }),
  }),
  reading("the list of calls", "GET /api/calls", ({ from, to }) => `/api/calls?from=${from}&to=${to}`, { ...kept, holds: ({ id }) => `"call_id":"${id}"` }),
  reading("a search in the list of calls", "GET /api/calls", ({ from, to, id }) => `/api/calls?from=${from}&to=${to}&q=${encodeURIComponent(id)}`, { ...kept, holds: ({ id }) => `"call_id":"${id}"` }),
  reading("statistics", "GET /api/stats", ({ from, to }) => `/api/stats?from=${from}&to=${to}`, { ...kept, holds: () => '"calls":1,' }),
  reading("an export in JSON", "GET /api/export", ({ from, to }) => `/api/export?format=ndjson&from=${from}&to=${to}`, {
    ...kept, streams: true, holds: ({ final }) => `"payload":${final}`,
  }),
  reading("an export in CSV", "GET /api/export", ({ from, to }) => `/api/export?format=csv&from=${from}&to=${to}`, {
    ...kept, streams: true, holds: ({ id }) => `\r\n${id},`,
  }),
  reading("a call", "GET /api/calls/{call_id}", ({ id }) => callPath(id), { ...kept, holds: ({ final }) => `"payload":${final}` }),
  reading("a call's bytes", "GET /api/calls/{call_id}/raw", ({ id }) => `${callPath(id)}/raw`, { ...kept, holds: ({ final }) => final }),
  reading("the list of conflicts", "GET /api/conflicts", () => "/api/conflicts", { ...kept, shared: "conflicts" }),
  reading("a conflict's bytes", "GET /api/conflicts/{id}/raw", ({ id, other }) => `${conflictPath(id, other)}/raw`, { ...kept, holds: ({ other }) => other }),
  reading("the list of quarantined bodies", "GET /api/quarantine", () => "/api/quarantine", { ...kept, shared: "quarantine" }),
  reading("a quarantined body's bytes", "GET /api/quarantine/{id}/raw", ({ broken }) => `${quarantinePath(broken)}/raw`, { ...kept, holds: ({ broken }) => broken }),
  // What was no payload by the rules of the day when it came, and is one by today's.
  delivery("another try for what is in quarantine", {
    route: "POST /api/quarantine/{id}/retry", plants: ({ final }) => final, hides: true, releases: ({ final }) => [final],
    ask: ({ final }) => (worker, headers) => send(worker, "POST", `${quarantinePath(final)}/retry`, { headers: { ...reader, ...headers } }),
    word: "created", again: ["duplicate"], stored: ({ final }) => ({ record: final }),
  }),
  delivery("another try for what still is no payload", {
    route: "POST /api/quarantine/{id}/retry", given: ({ broken }) => [broken], hides: true,
    ask: ({ broken }) => (worker, headers) => send(worker, "POST", `${quarantinePath(broken)}/retry`, { headers: { ...reader, ...headers } }),
    word: "quarantined", again: [], stored: ({ broken }) => ({ quarantined: [broken] }),
  }),
  erasing("the erasure of a call with a conflict", "DELETE /api/calls/{call_id}", ({ id }) => callPath(id), {
    given: ({ final, other }) => [final, other],
  }),
  // Where no read knows the record, one of its conflicts may show.
  erasing("the erasure of a call with two conflicts", "DELETE /api/calls/{call_id}", ({ id }) => callPath(id), {
    given: ({ final, other, third }) => [final, other, third],
  }),
  erasing("the erasure of a conflict", "DELETE /api/conflicts/{id}", ({ id, other }) => conflictPath(id, other), {
    given: ({ final, other }) => [final, other], stored: ({ final }) => ({ record: final }),
  }),
  erasing("the erasure of a quarantined body", "DELETE /api/quarantine/{id}", ({ broken }) => quarantinePath(broken), {
    given: ({ broken }) => [broken],
  }),
];

let count = 0;
/** A case of a scenario: an id, a time and bodies that no other case has. */
export function freshCase(name) {
  const at = (count += 1);
  const id = `${name} ${at}`;
  const time = (seconds) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();
  return { id, from: time(at), to: time(at + 1), ...bodies(id, at) };
}
