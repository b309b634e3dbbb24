// What readers may ask, and what they may not.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { request } from "node:http";
import { after, before, test } from "node:test";
import {
  assertProblem, assertStored, assertWellBehaved, call, callPath, deliver, erase, face, get, payload, raw, reader, send,
} from "./client.mjs";
import { API_TOKEN, assertDiscreet, assertLine, SECRET, TOKEN } from "./discreet.mjs";
import { newFolder, startWorker } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const start = (minute) => new Date(Date.UTC(2026, 2, 4, 12, minute)).toISOString();

/** Every page of a list from its first, one after the other. */
async function pages(query, between = async () => {}) {
  const found = [];
  let cursor = null;
  do {
    const { status, json, text } = await get(worker, `/api/calls?${query}${cursor === null ? "" : `&cursor=${cursor}`}`);
    assert.equal(status, 200, text);
    found.push(json.calls.map(({ call_id }) => call_id));
    cursor = json.cursor;
    await between(found.length);
  } while (cursor !== null);
  return found;
}

test("R01, R02: routes match exactly, and an id is decoded once", async () => {
  await deliver(worker, payload("%2e"));
  for (const path of ["/api/calls/../../x", "/api/x/%2e%2e/%2e%2e/y", "//api//calls", "/api/calls;x=1", "/api/calls/a/b", "/api", "/api/calls/x/raw/"]) {
    assertProblem(await get(worker, path), 404, "not_found");
  }
  assert.equal((await get(worker, "/api/calls/%252e")).status, 200);
  for (const path of ["..%2f", "%00", "x;x=1", "%252f", "i".repeat(1_000)]) {
    assertProblem(await get(worker, `/api/calls/${path}`), 404, "not_found");
  }
  for (const path of ["%c0%af", "%zz", "%", "%ff"]) {
    assertProblem(await get(worker, `/api/calls/${path}`), 400, "bad_request");
    assertProblem(await get(worker, `/api/calls/${path}/raw`), 400, "bad_request");
    assertProblem(await send(worker, "DELETE", `/api/calls/${path}`, { headers: reader }), 400, "bad_request");
    assertProblem(await get(worker, `/api/calls/${path}`, {}), 401, "unauthorized");
  }
  // What the path resolves to is asked for, with the credential that it wants.
  for (const path of ["/api/x/../calls", "/api/x/%2e%2e/calls", "/healthz/../api/calls", "/api/.%2E/api/%2e/calls", "/api\\calls", "/webhook/..\\api/calls"]) {
    assert.deepEqual(face(await get(worker, path)), face(await get(worker, "/api/calls")), path);
    assertProblem(await get(worker, path, {}), 401, "unauthorized");
    assertProblem(await send(worker, "DELETE", path, { headers: reader }), 405, "method_not_allowed");
  }
  await erase(worker, "%2e");
});

test("an answer that is taken slowly holds what it is of, whatever the Worker does meanwhile", async () => {
  const bodies = Array.from({ length: 4 }, (_, at) => payload(`slow-${at}`, { transcript: `bot: ${String(at).repeat(900_000)}` }));
  for (const body of bodies) await deliver(worker, body);
  const slow = bodies.map((_, at) => new Promise((resolve, reject) => {
    const { hostname, port } = new URL(worker.url);
    const outgoing = request({ hostname, port, path: `${callPath(`slow-${at}`)}/raw`, headers: reader, agent: false }, resolve);
    outgoing.on("error", reject).end();
  }));
  const answers = await Promise.all(slow);
  for (let other = 0; other < 8; other += 1) {
    const { json } = await send(worker, "POST", "/api/summarize", { headers: reader, body: payload(`other-${other}`, { transcript: "human: x ".repeat(90_000) }) });
    assert.equal(json.summary.call_id, `other-${other}`);
  }
  for (const [at, answer] of answers.entries()) {
    assert.equal((await answer.toArray()).join(""), bodies[at]);
    await erase(worker, `slow-${at}`);
  }
});

test("R03: a parameter is of its form, stands once, and is known", async () => {
  for (const list of ["/api/calls", "/api/conflicts", "/api/quarantine"]) {
    for (const limit of ["0", "-1", "1e9", "1.5", "10abc", "", "101", "1001", "+5", "%2B5", "0x5", "٥", "18446744073709551617"]) {
      assertProblem(await get(worker, `${list}?limit=${encodeURI(limit)}`), 400, "bad_parameter");
    }
    for (const query of ["limit=5&limit=5", "limit=5&li%6Dit=6", "limit=5&colour=red", "Limit=5"]) assertProblem(await get(worker, `${list}?${query}`), 400, "bad_parameter");
    for (const limit of [1, 100]) assert.equal((await get(worker, `${list}?limit=${limit}`)).status, 200);
  }
  const unknown = await get(worker, "/api/calls?colour=red");
  assertProblem(unknown, 400, "bad_parameter");
  assert.doesNotMatch(unknown.json.detail, /colour|`a parameter`/);
});

test("R04: a cursor holds for its list, its filters and the tokens that are set, and for nothing else", async (t) => {
  const ids = [0, 1, 2].map((minute) => `r04-${minute}`);
  const persist = newFolder();
  t.after(() => rmSync(persist, { recursive: true, force: true }));
  const start_with = async (API_TOKENS) => {
    const one = await startWorker({ persist, vars: { API_TOKENS } });
    t.after(() => one.stop());
    return one;
  };
  const listed = async (of, query, headers) => (await get(of, `/api/calls?${query}`, headers)).json.calls.map(({ call_id }) => call_id);
  const old = await start_with(API_TOKEN);
  for (const [minute, id] of ids.entries()) await deliver(old, payload(id, { start_time: start(minute) }));
  const { cursor } = (await get(old, "/api/calls?limit=1")).json;
  assert.deepEqual(await listed(old, `limit=2&cursor=${cursor}`), ["r04-1", "r04-0"]);
  const own = (await (await old.kv()).list({ prefix: "time/", limit: 1 })).cursor;
  const [place, signature] = cursor.split(".");
  const flipped = [0, place.length >> 1, place.length - 1, place.length + 1, cursor.length - 2, cursor.length - 1]
    .map((at) => `${cursor.slice(0, at)}${cursor[at] === "A" ? "B" : "A"}${cursor.slice(at + 1)}`);
  const forged = Buffer.from(JSON.stringify({ k: "call/x" })).toString("base64url");
  const wrong = [
    "x", "", ".", cursor.slice(0, -1), cursor.slice(1), place, `${place}.`, `.${signature}`, `${forged}.${signature}`, `${cursor}=`, `${cursor}.${signature}`,
    "x".repeat(10_000), encodeURIComponent(own), ...flipped,
  ];
  assert.ok(own.length > 0);
  for (const text of wrong) assertProblem(await get(old, `/api/calls?limit=1&cursor=${text}`), 400, "bad_cursor");
  for (const filter of ["status=busy", "outcome=connected", `from=${start(0)}`, `to=${start(9)}`, "q=r04"]) {
    assertProblem(await get(old, `/api/calls?limit=1&${filter}&cursor=${cursor}`), 400, "bad_cursor");
  }
  for (const list of ["quarantine?", "conflicts?", "stats?", "export?format=ndjson&"]) {
    assertProblem(await get(old, `/api/${list}limit=1&cursor=${cursor}`), 400, "bad_cursor");
  }
  await old.stop();
  const next = { authorization: "Bearer next-api-token" };
  const rotating = await start_with(`next-api-token, ${API_TOKEN}`);
  assert.deepEqual(await listed(rotating, `limit=2&cursor=${cursor}`, next), ["r04-1", "r04-0"]);
  await rotating.stop();
  const rotated = await start_with("next-api-token");
  assertProblem(await get(rotated, `/api/calls?limit=2&cursor=${cursor}`, next), 400, "bad_cursor");
  assert.deepEqual(await listed(rotated, "limit=100", next), ids.toReversed());
});

test("R05: paging gives every call once, newest first, while others arrive", async () => {
  const ids = Array.from({ length: 25 }, (_, minute) => `r05-${minute}`);
  for (const [minute, id] of ids.entries()) await deliver(worker, payload(id, { start_time: start(minute), status: minute % 2 ? "busy" : "completed" }));
  const arrive = (page) => deliver(worker, payload(`r05-late-${page}`, { start_time: start(60 + page), status: "busy" }));
  const all = (await pages("limit=4", arrive)).flat();
  assert.deepEqual(all, ids.toReversed());
  const busy = (await pages("limit=4&status=busy&q=r05-1")).flat();
  assert.deepEqual(busy, ids.filter((id, minute) => minute % 2 && id.startsWith("r05-1")).toReversed());
  const between = (await pages(`limit=3&from=${start(5)}&to=${start(9)}`)).flat();
  assert.deepEqual(between, ids.slice(5, 9).toReversed());
  assert.deepEqual((await pages(`limit=100&to=${start(2)}`)).flat(), ["r05-1", "r05-0"]);
  assert.deepEqual(await pages("outcome=no-such-word"), [[]]);
  assert.deepEqual(await pages(`from=${start(9)}&to=${start(5)}`), [[]]);
});

test("R05: paging while calls are written at the same moment gives no call twice and misses none that was there", async () => {
  const before = Array.from({ length: 40 }, (_, minute) => `r05-old-${minute}`);
  for (const [minute, id] of before.entries()) await deliver(worker, payload(id, { start_time: start(minute) }));
  let is_over = false;
  let written = 0;
  // On both sides of every page: some newer than all that is there, some in between, some older.
  const write = async (lane) => {
    for (let at = lane; !is_over; at += 4) {
      const start_time = start((at * 7) % 80 - 20);
      assertStored(await deliver(worker, payload(`r05-new-${at}`, { start_time })), "created");
      written += 1;
    }
  };
  const writers = [0, 1, 2, 3].map(write);
  for (let round = 0; round < 2; round += 1) {
    const all = (await pages("limit=20&q=r05-")).flat();
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(all.filter((id) => id.startsWith("r05-old-")), before.toReversed());
  }
  is_over = true;
  await Promise.all(writers);
  assert.ok(written > 20, `only ${written} were written meanwhile`);
});

test("R05: paging goes on where it was when more calls have arrived than a page of the storage holds", async () => {
  const ids = Array.from({ length: 9 }, (_, minute) => `r05-shift-${minute}`);
  for (const [minute, id] of ids.entries()) await deliver(worker, payload(id, { start_time: start(minute) }));
  const kv = await worker.kv();
  const newer = 9_999_999_999_999 - Date.parse(start(1_000));
  const shift = async (page) => {
    if (page === 1) await Promise.all(Array.from({ length: 1_000 }, (_, at) => kv.put(`time/${newer - at}/r05-newer-${at}`, "")));
  };
  assert.deepEqual((await pages("limit=4&q=r05-shift", shift)).flat(), ids.toReversed());
});

test("R06: an id that is guessed tells nothing", async () => {
  for (const id of ["r06", "r06-erased"]) await deliver(worker, payload(id));
  await erase(worker, "r06-erased");
  const guesses = [randomUUID(), "1", "2", "i".repeat(128), "i".repeat(129), "i".repeat(500), "a/b", "\0", ".x", "call/r06", "r06-erased", "r06 ", "R06"];
  const [none, wrong, absent, absent_raw] = await Promise.all([
    get(worker, "/api/calls", {}), get(worker, "/api/calls", { authorization: "Bearer wrong" }), call(worker, "absent"), raw(worker, "absent"),
  ].map(async (answer) => face(await answer)));
  assert.deepEqual([none.status, absent.status], [401, 404]);
  assert.deepEqual(wrong, none);
  assert.deepEqual(absent_raw, absent);
  // Without a token the one that is there is one of them.
  for (const id of [...guesses, "r06"]) {
    for (const path of [callPath(id), `${callPath(id)}/raw`]) {
      assert.deepEqual(face(await get(worker, path, {})), none, path);
      assert.deepEqual(face(await get(worker, path, { authorization: "Bearer wrong" })), none, path);
      if (id !== "r06") assert.deepEqual(face(await get(worker, path)), absent, path);
    }
    if (id !== "r06") assert.deepEqual(face(await erase(worker, id)), absent, id);
  }
  assert.equal((await erase(worker, "r06")).status, 204);
});

test("R13: headers of proxies and browsers change nothing", async () => {
  for (const id of ["r13", "r13-more"]) await deliver(worker, payload(id));
  assert.match((await get(worker, "/api/export?format=csv&limit=1")).headers.link, /^<\/api\/export\?/);
  const odd = {
    "x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher", forwarded: "host=evil.example", "x-original-url": "/healthz", "x-rewrite-url": "/healthz",
    cookie: `token=${API_TOKEN}`, accept: "text/html", "accept-language": "de", "accept-encoding": "identity", "if-none-match": "*", range: "bytes=0-0",
    "if-modified-since": "Thu, 01 Jan 2099 00:00:00 GMT", referer: "https://evil.example/",
  };
  for (const path of ["/api/calls?limit=1", callPath("r13"), `${callPath("r13")}/raw`, "/api/stats", "/api/export?format=csv&limit=1", "/api/openapi.json", "/healthz", "/nowhere"]) {
    const plain = await get(worker, path);
    const answer = await get(worker, path, { ...reader, ...odd });
    assertWellBehaved(answer);
    assert.deepEqual(face(answer), face(plain), path);
    assert.doesNotMatch(JSON.stringify(face(answer)), /evil|127\.0\.0\.1|localhost/);
  }
  assertProblem(await get(worker, "/api/calls", odd), 401, "unauthorized");
  assertProblem(await get(worker, "/nowhere", { "x-original-url": "/healthz" }), 404, "not_found");
  for (const id of ["r13", "r13-more"]) await erase(worker, id);
});

test("R16: a status is found by every spelling of it, as it is counted", async () => {
  await deliver(worker, payload("r16-status", { status: "cancelled" }));
  const found = async (status) => (await get(worker, `/api/calls?status=${status}`)).json.calls.map(({ call_id }) => call_id);
  const [{ word }] = (await get(worker, "/api/stats")).json.status.counts.filter(({ word }) => word.startsWith("cancel"));
  for (const status of [word, "canceled", "cancelled", "CANCELLED"]) assert.deepEqual(await found(status), ["r16-status"], status);
  await erase(worker, "r16-status");
});

test("R15, R16: a search is for text, a date is a date", async () => {
  const id = "r15 (a+)+$ [x]";
  await deliver(worker, payload(id));
  for (const q of ["(a+)+$", "[X]", "R15"]) {
    assert.deepEqual((await get(worker, `/api/calls?q=${encodeURIComponent(q)}`)).json.calls.map(({ call_id }) => call_id)
      .filter((other) => other === id), [id]);
  }
  for (const q of [".*", "^r15", "' OR 1=1"]) {
    assert.deepEqual((await get(worker, `/api/calls?q=${encodeURIComponent(q)}`)).json.calls, []);
  }
  await deliver(worker, JSON.stringify({ lead: { name: "Jürgen ΜΟΥΣΤΕΡ" }, call: { call_id: "r15-case" } }));
  for (const q of ["JÜRGEN", "jürgen μουστερ", "r15-CASE"]) {
    assert.deepEqual((await get(worker, `/api/calls?q=${encodeURIComponent(q)}`)).json.calls.map(({ call_id }) => call_id), ["r15-case"], q);
  }
  await erase(worker, "r15-case");
  assertProblem(await get(worker, `/api/calls?q=${"x".repeat(10_000)}`), 400, "bad_parameter");
  for (const letter of ["x", "ä", "😀"]) {
    assert.equal((await get(worker, `/api/calls?q=${encodeURIComponent(letter.repeat(200))}`)).status, 200, letter);
    assertProblem(await get(worker, `/api/calls?q=${encodeURIComponent(letter.repeat(201))}`), 400, "bad_parameter");
  }
  for (const date of ["2026-02-30", "yesterday", "' OR 1=1", '{"$gt":0}', "1e400", "", "2026-13-01", "2026-03-04T25:00:00Z"]) {
    for (const name of ["from", "to"]) {
      assertProblem(await get(worker, `/api/calls?${name}=${encodeURIComponent(date)}`), 400, "bad_parameter");
    }
  }
  for (const word of ["no-such-word", "' OR 1=1 --", '{"$ne":null}', "*", "%", "completed' OR 'a'='a"]) {
    for (const name of ["status", "outcome"]) {
      assert.deepEqual((await pages(`limit=100&${name}=${encodeURIComponent(word)}`)).flat(), [], `${name}=${word}`);
    }
  }
  await erase(worker, id);
});

test("the core over HTTP judges and summarises, and keeps nothing", async () => {
  const post = (path, body) => send(worker, "POST", path, { headers: reader, body });
  const before = (await (await worker.kv()).list()).keys.length;
  const valid = await post("/api/validate", payload("stateless"));
  assert.equal(valid.status, 200);
  assert.equal(valid.json.valid, true);
  assert.equal((await post("/api/validate", "{")).json.valid, false);
  const summary = await post("/api/summarize", payload("stateless"));
  assert.equal(summary.json.summary.call_id, "stateless");
  const refused = await post("/api/summarize", "{");
  assertProblem(refused, 422, "invalid_payload");
  assert.equal(refused.json.issues[0].code, "invalid_json");
  assertProblem(await send(worker, "POST", "/api/validate", { body: "{}" }), 401, "unauthorized");
  assert.equal((await (await worker.kv()).list()).keys.length, before);
});

/** A payload that says a word of its own in every field, odd enough for each to be an issue where it can. */
const SAID = {
  status: "unheard-status", error_message: "whispered-error",
  lead: { name: "Ada Secretive", phone_number: "555-0188 x 77", prompt_variables: { "a name": "whispered-prompt" } },
  call: {
    status: "unheard-status", end_call_reason: "unheard-reason", custom_end_call_reason: "whispered-custom", transcript: "bot: whisper\nclerk: ada@example.com\n",
    model_id: "whispered-model", timezone: "whispered zone", start_time: "whispered-start", duration: "whispered-duration", recording_url: "whispered url",
    external_id: "whispered-external", telephony_duration: "whispered-telephony",
  },
  executed_actions: {
    a: { name: "whispered-action", action_type: "unheard-type", description: "whispered-description", error_message: "whispered-failure", timestamp: "whispered-when", timestamp_datetime: "whispered-then", call_id: "whispered-call", return_value: "{whispered-value" },
  },
  analysis: { goal: "unheard-verdict", goal_feedback: "whispered-feedback", call_summary_feedback: "whispered-summary" },
  collected_variables: { answer: { value: "whispered-answer", collected: true } }, metadata: "{whispered-metadata", colour: "whispered-colour",
};
/**
 * What it says, but for the id of its call, and for words where a vocabulary has others: these are what their issues are about.
 * Four digits may stand in any hash.
 */
const WORDS = /whisper|Secretive|5550188|(?<![\da-f])0188(?![\da-f])|555-|ada@|x 77/i;

test("L02: nothing that a payload says is in the answer to its delivery, whatever becomes of it, or in the log", async (t) => {
  const faulty = await startWorker({ faults: true });
  t.after(() => faulty.stop());
  const body = (call_id, call = {}) => JSON.stringify({ ...SAID, call: { ...SAID.call, call_id, ...call } });
  const id = "l02-visible";
  const final = body(id);
  const post = (path, text) => send(worker, "POST", path, { headers: reader, body: text });
  const table = [
    [200, "created", () => deliver(worker, body(id, { status: "queue" }))], [200, "updated", () => deliver(worker, final)], [200, "duplicate", () => deliver(worker, final)],
    [200, "stale", () => deliver(worker, body(id, { status: "queue" }))], [200, "conflict", () => deliver(worker, body(id, { end_call_reason: "unheard-other" }))],
    [202, "quarantined", () => deliver(worker, final.slice(0, -1))], [202, "quarantined", () => deliver(worker, body(""))],
    [202, "quarantined", () => deliver(worker, body(id, { duration: ["whispered"] }))], [202, "quarantined", () => deliver(worker, body(id, { transcript: "whisper\ud800" }))],
    [401, undefined, () => deliver(worker, final, { path: "/webhook/whispered-token" })], [413, undefined, () => deliver(worker, final.padEnd(2_000_000))],
    [405, undefined, () => send(worker, "PUT", "/webhook", { body: final })], [404, undefined, () => deliver(worker, final, { path: "/webhook/a/whispered" })],
    [200, undefined, () => post("/api/validate", final)], [200, undefined, () => post("/api/validate", final.slice(0, -1))],
    [422, undefined, () => post("/api/summarize", final.slice(0, -1))], [422, undefined, () => post("/api/summarize", body(""))],
    [400, undefined, () => get(worker, "/api/calls?whispered=1")], [400, undefined, () => get(worker, "/api/calls?limit=whispered")],
    [400, undefined, () => get(worker, "/api/calls?cursor=whispered")], [404, undefined, () => call(worker, "whispered-id")],
    [503, undefined, () => deliver(faulty, final, { headers: { "x-fault": "1+ fail" } })], [200, undefined, () => get(worker, "/api/quarantine?limit=100")],
  ];
  for (const [status, word, go] of table) {
    const answer = await go();
    assert.deepEqual([answer.status, answer.json.stored], [status, word], answer.text);
    assert.doesNotMatch(`${JSON.stringify(answer.headers)} ${answer.text}`, WORDS, `${status} ${word}`);
  }
  // Who has the token reads what was said.
  assert.match((await call(worker, id)).text, WORDS);
  assert.match((await get(worker, "/api/calls?q=Secretive")).text, WORDS);
  const lines = [...worker.logs, ...faulty.logs];
  assert.ok(lines.length > table.length);
  for (const line of lines) {
    assertLine(line);
    assert.doesNotMatch(line, WORDS);
    assert.doesNotMatch(line, /l02-visible|unheard/);
  }
});

test("L02: the eyes that look at every line and every answer see what must not stand there", () => {
  const line = { event: "request", request: "0123456789abc", route: "/webhook/{token}", method: "POST", status: 200, outcome: "created", ms: 3, call: "0123456789abcdef", bytes: 7, issues: 0 };
  assertLine(JSON.stringify(line));
  const odd = [
    { path: "/webhook/x" }, { route: "/webhook/x" }, { outcome: "teleported" }, { call: "call-1" }, { event: "hello" }, { method: "get" }, { ms: "Ada" }, { request: "x" }, { bytes: "7 of Ada" },
  ];
  for (const more of odd) assert.throws(() => assertLine(JSON.stringify({ ...line, ...more })), JSON.stringify(more));
  for (const text of ["hello", '{"event":"panic","file":"src/a.rs","line":1,"message":"Ada"}']) assert.throws(() => assertLine(text), text);
  for (const text of [TOKEN, API_TOKEN, SECRET, "Error: x\n    at kv (index.js:1:2)", "KV GET failed: 500 Internal Server Error", "internal error; reference = x"]) {
    assert.throws(() => assertDiscreet(`{"detail":"${text}"}`), text);
  }
});
