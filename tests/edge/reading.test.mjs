// What readers may ask, and what they may not.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { after, before, test } from "node:test";
import {
  assertProblem, assertStored, assertWellBehaved, call, callPath, deliver, erase, get, payload, reader, send,
} from "./client.mjs";
import { API_TOKEN, startWorker } from "./worker.mjs";

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
    assertProblem(await get(worker, `/api/calls/${path}`, {}), 401, "unauthorized");
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
  for (const [at, answer] of answers.entries()) assert.equal((await answer.toArray()).join(""), bodies[at]);
});

test("R03: a parameter is of its form, stands once, and is known", async () => {
  for (const limit of ["0", "-1", "1e9", "1.5", "10abc", "", "101", "1001"]) {
    assertProblem(await get(worker, `/api/calls?limit=${limit}`), 400, "bad_parameter");
  }
  assertProblem(await get(worker, "/api/calls?limit=5&limit=5"), 400, "bad_parameter");
  const unknown = await get(worker, "/api/calls?colour=red");
  assertProblem(unknown, 400, "bad_parameter");
  assert.doesNotMatch(unknown.json.detail, /colour|`a parameter`/);
  for (const limit of [1, 100]) assert.equal((await get(worker, `/api/calls?limit=${limit}`)).status, 200);
});

test("R04: a cursor holds for its list, its filters and the tokens that are set, and for nothing else", async () => {
  for (let minute = 0; minute < 3; minute += 1) await deliver(worker, payload(`r04-${minute}`, { start_time: start(minute) }));
  const { cursor } = (await get(worker, "/api/calls?limit=1")).json;
  assert.equal((await get(worker, `/api/calls?limit=2&cursor=${cursor}`)).status, 200);
  const own = (await (await worker.kv()).list({ prefix: "time/", limit: 1 })).cursor;
  const flipped = cursor.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  for (const wrong of ["x", "", ".", cursor.slice(0, -1), cursor.slice(1), flipped, "x".repeat(10_000), encodeURIComponent(own)]) {
    assertProblem(await get(worker, `/api/calls?limit=1&cursor=${wrong}`), 400, "bad_cursor");
  }
  assertProblem(await get(worker, `/api/calls?limit=1&status=busy&cursor=${cursor}`), 400, "bad_cursor");
  assertProblem(await get(worker, `/api/quarantine?cursor=${cursor}`), 400, "bad_cursor");
  for (let minute = 0; minute < 3; minute += 1) await erase(worker, `r04-${minute}`);
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
  for (const id of [randomUUID(), "1", "2", "i".repeat(500)]) {
    assertProblem(await get(worker, callPath(id), {}), 401, "unauthorized");
    assertProblem(await get(worker, callPath(id), { authorization: "Bearer wrong" }), 401, "unauthorized");
  }
  const { date: _, ...face } = (await call(worker, randomUUID())).headers;
  const absent = await call(worker, randomUUID());
  assert.equal((await call(worker, "i".repeat(500))).text, absent.text);
  assert.ok(!JSON.stringify(face).includes("i".repeat(10)));
});

test("R13: headers of proxies and browsers change nothing", async () => {
  const headers = { ...reader, "x-forwarded-host": "evil.example", "x-original-url": "/healthz", cookie: `token=${API_TOKEN}`, accept: "text/html" };
  const answer = await send(worker, "GET", "/api/calls", { headers });
  assert.equal(answer.status, 200);
  assertWellBehaved(answer);
  assert.ok(!JSON.stringify(answer.headers).includes("evil"));
  const { authorization: _, ...only_cookie } = headers;
  assertProblem(await send(worker, "GET", "/api/calls", { headers: only_cookie }), 401, "unauthorized");
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
  for (const from of ["2026-02-30", "yesterday", "' OR 1=1", '{"$gt":0}', "1e400", ""]) {
    assertProblem(await get(worker, `/api/calls?from=${encodeURIComponent(from)}`), 400, "bad_parameter");
  }
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

test("L02: neither tokens nor what a payload says stand in the log", async () => {
  const said = { lead: { name: "Ada Secretive", phone_number: "+12025550188" }, call: { call_id: "l02-visible", status: "completed", transcript: "bot: whisper" } };
  assertStored(await deliver(worker, JSON.stringify(said)), "created");
  await call(worker, "l02-visible");
  await deliver(worker, '{"call":{"call_id":"l02-visible"},"secretive":');
  const log = worker.logs.join("\n");
  assert.ok(worker.logs.length > 3);
  for (const line of worker.logs) assert.equal(JSON.parse(line).event, "request", line);
  for (const word of ["Secretive", "5550188", "whisper", "l02-visible", API_TOKEN, "test-webhook-token"]) assert.ok(!log.includes(word), word);
});
