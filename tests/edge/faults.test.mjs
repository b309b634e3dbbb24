// A storage that fails, throttles, hangs, is slow, lies, or has not heard of the newest writes: nothing that was
// acknowledged is missing, and a repeat of what was not ends in the same state.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import {
  assertProblem, assertStored, assertWellBehaved, call, callPath, deliver, encode, erase, face, get, payload, raw, reader, send,
} from "./client.mjs";
import { freshCase, SCENARIOS, sha256 } from "./matrix.mjs";
import { startWorker, TOKEN } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker({ faults: true })));
after(() => worker?.stop());

/** Kinds that the storage's answer shows, and kinds that nobody can see. */
const BROKEN = ["fail", "429", "hang", "slow", "lie"];
const STALE = ["gone", "old"];
/** The status that stands for a stream that ended before its end (see faulty.mjs). */
const BROKEN_OFF = 599;

const withFault = (fault) => ({ "x-fault": fault });
const told = (answer, what) => Number(answer.headers[`x-kv-${what}`]);

/** `state`: what is still under way, requests as well as storage calls that were given up; `contents`: what is stored. */
const inside = async (what) => (await send(worker, "GET", "/", { headers: withFault(what) })).json;

/** Waits until nothing is under way. Requests of other tests count as well, so this is for the end of a test. */
async function settled(is_settled = ({ requests, late }) => requests === 0 && late === 0) {
  for (;;) {
    const state = await inside("state");
    if (is_settled(state)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Tasks one after the other, at most so many at once: beyond that they would only time out for each other's sake. */
function gate(places) {
  const waiting = [];
  return async (task) => {
    if (places === 0) await new Promise((resolve) => waiting.push(resolve));
    else places -= 1;
    try {
      return await task();
    } finally {
      if (waiting.length > 0) waiting.shift()();
      else places += 1;
    }
  };
}
const enter = gate(48);

async function prepare(scenario) {
  const of = freshCase(scenario.name);
  for (const body of scenario.given?.(of) ?? []) await deliver(worker, body);
  if (scenario.plants !== undefined) {
    const body = scenario.plants(of);
    const metadata = { v: 1, received_at: of.from, size: body.length, check: "token", issues: [] };
    await (await worker.kv()).put(`quarantine/${sha256(body)}`, body, { metadata });
  }
  if (scenario.loses !== undefined) {
    const kv = await worker.kv();
    const { keys } = await kv.list({ prefix: "time/" + (9_999_999_999_999 - Date.parse(of.from)) });
    for (const { name } of keys) await kv.delete(name);
  }
  return { of, ask: scenario.ask(of) };
}

/** The keys of a call. */
const keysOf = async (id) => Object.keys(await inside("contents")).filter((key) => key.split("/").includes(encode(id)));

const isDone = (answer) => answer.status >= 200 && answer.status < 300;

/** Checks an answer of success: by its word where it is a delivery, by its status where it is not. */
function assertDone(scenario, answer, words) {
  assertWellBehaved(answer);
  if (scenario.word === undefined) assert.ok(isDone(answer), answer.text);
  else assert.ok(words.includes(answer.json?.stored), answer.text);
  if (scenario.shared !== undefined) assert.ok(answer.json[scenario.shared].length > 0, "an empty list");
}

/** Every case with its answer and what it must have left behind, for the look at the storage in the end. */
const ended = [];

/** One request of a scenario, met by one fault. How often the fault struck. */
async function strike(scenario, fault) {
  const { of, ask } = await prepare(scenario);
  const answer = await ask(worker, withFault(fault));
  const struck = told(answer, "faults");
  if (struck === 0) return 0;
  const kind = fault.split(" ")[1];
  const is_stale = STALE.includes(kind);
  const words = [scenario.word, ...(is_stale ? scenario.again ?? [] : [])];
  if (isDone(answer)) assertDone(scenario, answer, words);
  // Who has not heard of a write may say that nothing is there; who has no answer may not.
  else if (is_stale && scenario.hides) assertProblem(answer, 404, "not_found");
  else if (scenario.streams && answer.status === BROKEN_OFF) assert.ok(fault.includes("+") && !fault.startsWith("1+"), "broken off");
  else {
    assertProblem(answer, 503, "storage_unavailable");
    assert.match(answer.headers["retry-after"], /^\d+$/);
  }
  // One failure is made good by another try; failures for good are told.
  if (!is_stale) assert.equal(isDone(answer), !fault.includes("+"), answer.text);
  if (isDone(answer) && !is_stale && scenario.holds) assert.ok(answer.text.includes(scenario.holds(of)), answer.text);
  // Who is told that a call is erased will not look again.
  if (isDone(answer) && scenario.erases && scenario.stored(of).record === undefined) {
    assertProblem(await raw(worker, of.id), 404, "not_found");
    assert.deepEqual((await get(worker, `/api/calls?from=${of.from}&to=${of.to}`)).json.calls, []);
  }
  const record = scenario.stored(of).record;
  if (isDone(answer) && record !== undefined && !(is_stale && scenario.or)) assert.equal((await raw(worker, of.id)).text, record);
  const repeat = await ask(worker, withFault("0 none"));
  if ((scenario.erases || scenario.releases) && repeat.status === 404) assertProblem(repeat, 404, "not_found");
  else assertDone(scenario, repeat, [scenario.word, ...(scenario.again ?? [])]);
  const stored = [scenario.stored(of), ...(is_stale && scenario.or ? [scenario.or(of)] : [])];
  const released = scenario.releases?.(of) ?? [];
  ended.push({ id: of.id, scenario, fault, status: answer.status, stored, released });
  return struck;
}

// The n-th call and no other; the n-th and all after it. Until a request makes no n-th call.
const table = [...BROKEN, ...STALE].flatMap((kind) => ["", "+"].map((onwards) => ({ kind, onwards })));

// Erasures come first, as each looks through all rows that there are.
const [erasures, others] = [true, false].map((erases) => SCENARIOS.filter((scenario) => (scenario.erases ?? false) === erases));
for (const scenarios of [erasures, others]) describe("S05, S06, S07, S12, S16: the n-th storage call goes wrong, for every n, every kind and every route", { concurrency: true }, () => {
  for (const scenario of scenarios) {
    test(`${scenario.route}: ${scenario.name}`, async () => {
      const whole = async ({ kind, onwards }) => {
        for (let n = 1; ; n += 1) {
          const fault = `${n}${onwards} ${kind}`;
          const struck = await enter(() => strike(scenario, fault)).catch((error) => {
            throw new Error(`with the fault "${fault}": ${error.message}`, { cause: error });
          });
          assert.ok(struck > 0 || n > 1 || STALE.includes(kind), "the request made no storage call");
          // A stale read strikes reads alone: the calls before and after it may be writes.
          if (struck === 0 && (!STALE.includes(kind) || n >= 8)) return;
        }
      };
      await Promise.all(table.map(whole));
    });
  }
});

/**
 * The cases as a table: for each kind of fault one letter for each n, first where the n-th call alone goes wrong, then
 * where all later ones do as well. `+` is an answer of success, `-` a refusal that asks for a repeat, `0` a stale 404,
 * `!` a stream that broke off.
 */
function* written(all) {
  const kinds = [...BROKEN, ...STALE];
  const letter = ({ status }) => (status < 300 ? "+" : status === 503 ? "-" : status === BROKEN_OFF ? "!" : "0");
  yield ["", ...kinds].map((kind, at) => kind.padEnd(at === 0 ? 76 : 15)).join("");
  for (const scenario of SCENARIOS) {
    const cell = (kind) => ["", "+"].map((onwards) => all
      .filter((one) => one.scenario === scenario && one.fault.replace(/^\d+/, "") === `${onwards} ${kind}`)
      .sort((a, b) => parseInt(a.fault) - parseInt(b.fault)).map(letter).join("")).join("/");
    yield `${scenario.route}: ${scenario.name}`.padEnd(76) + kinds.map((kind) => cell(kind).padEnd(15)).join("");
  }
}

test("S05, S06, S12, S16: after that, what is stored of each call is exactly one correct record", async (t) => {
  await settled();
  const kv = await inside("contents");
  t.diagnostic(`${ended.length} cases, ${Object.keys(kv).length} keys`);
  for (const line of written(ended)) t.diagnostic(line);
  const of = (kind, id) => Object.keys(kv).filter((key) => key.startsWith(`${kind}/`) && key.split("/").includes(encode(id)));
  const check = (id, { record, conflicts = [], quarantined = [], rows = 1 }) => {
    const [call, time, conflict] = ["call", "time", "conflict"].map((kind) => of(kind, id));
    assert.deepEqual(call.map((key) => kv[key].value), record === undefined ? [] : [record]);
    assert.ok(time.length <= rows && (time.length > 0) === (record !== undefined), `${time.length} index rows`);
    // When it arrived may differ between the attempts; everything else is of the body that is stored.
    const without = ({ received_at: _, at: __, ...rest }) => rest;
    for (const key of time) assert.deepEqual(without(kv[key].metadata), without(kv[call[0]].metadata));
    if (rows === 1 && record !== undefined) assert.ok(time[0].includes(String(9_999_999_999_999 - kv[call[0]].metadata.at)));
    assert.deepEqual(conflict.map((key) => kv[key].value), conflicts);
    for (const body of quarantined) assert.equal(kv[`quarantine/${sha256(body)}`]?.value, body);
  };
  for (const { id, fault, stored, released } of ended) {
    try {
      for (const body of released) assert.equal(kv[`quarantine/${sha256(body)}`], undefined);
      stored.length === 1 || of("call", id).some((key) => kv[key].value === stored[0].record) ? check(id, stored[0]) : check(id, stored[1]);
    } catch (error) {
      throw new Error(`${id}, with the fault "${fault}": ${error.message}`, { cause: error });
    }
  }
});

test("S05, S07, S16: whatever the storage does and whenever it begins, the answer is there within 3 s", async () => {
  const prepared = [];
  for (const scenario of SCENARIOS) {
    // An erasure takes as long as there is to look through, but for what fails for good.
    const faults = ["1+ hang", "1+ slow", "1+ 429", "2+ hang", ...(scenario.erases ? [] : ["2 hang"])];
    for (const fault of faults) prepared.push({ fault, ...(await prepare(scenario)) });
  }
  // All of them wait at the same time and nothing else goes on, so that what is measured is the Worker.
  const took = await Promise.all(prepared.map(async ({ fault, ask }) => told(await ask(worker, withFault(fault)), "ms")));
  assert.ok(Math.max(...took) <= 3_000, `${Math.max(...took)} ms`);
  await settled();
});

test("A20: a new call costs the storage one read and two writes, and a repeat two reads, however late it comes", async () => {
  const calls = async (body) => (await deliver(worker, body, { headers: withFault("0 none") })).headers["x-kv-calls"];
  const { queue, final, other, broken } = freshCase("costs");
  assert.equal(await calls(queue), "getWithMetadata put put");
  assert.equal(await calls(final), "getWithMetadata put put");
  assert.equal(await calls(final), "getWithMetadata getWithMetadata");
  assert.equal(await calls(queue), "getWithMetadata getWithMetadata");
  assert.equal(await calls(other), "getWithMetadata getWithMetadata getWithMetadata put");
  assert.equal(await calls(other), "getWithMetadata getWithMetadata");
  assert.equal(await calls(broken), "getWithMetadata put");
  assert.equal(await calls(broken), "getWithMetadata");
  for (const seconds of [1, 61, 30 * 86_400]) {
    const { headers, json } = await deliver(worker, final, { headers: { ...withFault("0 none"), "x-later": String(seconds) } });
    assert.deepEqual([json.stored, headers["x-kv-calls"]], ["duplicate", "getWithMetadata getWithMetadata"]);
  }
  const late = await deliver(worker, freshCase("late").final, { headers: { "x-later": "2592000" } });
  const { received_at } = (await call(worker, late.json.call_id)).json.record;
  assert.ok(Date.parse(received_at) - Date.now() > 29 * 86_400_000, received_at);
});

test("an erasure costs the storage one read, two deletes, and two lists beside those of all rows, and one more where the read does not know the call", async () => {
  const calls = async (fault) => {
    const { id, final, other } = freshCase("erasure costs");
    for (const body of [final, other]) await deliver(worker, body);
    const answer = await send(worker, "DELETE", callPath(id), { headers: { ...reader, ...withFault(fault) } });
    assert.equal(answer.status, 204);
    return answer.headers["x-kv-calls"];
  };
  assert.match(await calls("0 none"), /^getWithMetadata list delete delete (list )+delete list$/);
  assert.match(await calls("1 gone"), /^getWithMetadata list list delete delete (list )+delete list$/);
});

test("S16: an erasure finds every row of a call that was stored twice at once", async () => {
  const { id, undated } = freshCase("s16 twice");
  assertStored(await deliver(worker, undated), "created", id);
  assertStored(await deliver(worker, undated, { headers: withFault("1 gone") }), "created", id);
  assert.equal((await keysOf(id)).length, 3);
  assert.equal((await erase(worker, id)).status, 204);
  assert.deepEqual(await keysOf(id), []);
  assertProblem(await erase(worker, id), 404, "not_found");
});

test("S16: a row that is written after the erasure of its call is erased by the next one", async () => {
  const { id, final } = freshCase("s16 between");
  await settled();
  const delivery = deliver(worker, final, { headers: withFault("3 pause") });
  await settled(({ late }) => late === 1);
  assert.equal((await erase(worker, id)).status, 204);
  assertStored(await delivery, "created", id);
  assert.deepEqual((await keysOf(id)).map((key) => key.split("/")[0]), ["time"]);
  assert.equal((await erase(worker, id)).status, 204);
  assert.deepEqual(await keysOf(id), []);
  assertProblem(await erase(worker, id), 404, "not_found");
});

test("R17: however many calls there are, a page costs one list, and a call one read and one list", async () => {
  const cost = async (path) => {
    const answer = await get(worker, path, { ...reader, ...withFault("0 none") });
    assert.equal(answer.status, 200, answer.text);
    return [answer.headers["x-kv-calls"], answer.json];
  };
  let pages = 0;
  for (let cursor = ""; cursor !== null; pages += 1) {
    const [calls, json] = await cost(`/api/calls?limit=100${cursor && `&cursor=${cursor}`}`);
    assert.equal(calls, "list");
    cursor = json.cursor;
  }
  assert.ok(pages > 3, `${pages} pages`);
  for (const query of ["limit=1", "q=no-such-call", "status=busy", "to=2026-01-02", "from=2026-01-01&to=2026-01-02&outcome=connected"]) {
    assert.equal((await cost(`/api/calls?${query}`))[0], "list", query);
  }
  for (const path of ["/api/conflicts?limit=100", "/api/quarantine?limit=100"]) assert.equal((await cost(path))[0], "list");
  const { id, final } = freshCase("r17");
  await deliver(worker, final);
  assert.equal((await cost(callPath(id)))[0], "getWithMetadata list");
});

test("A22, R06: a thousand wrong tokens never reach the storage, and get one answer", async () => {
  const { id, final } = freshCase("a22");
  assertStored(await deliver(worker, final), "created", id);
  const paths = ["/api/calls", "/api/stats", "/api/export?format=csv", "/api/conflicts", "/api/quarantine", callPath(id), callPath("absent"), callPath("i".repeat(500)), `${callPath(id)}/raw`];
  const answers = new Set();
  const one = async (_, at) => {
    const headers = withFault("0 none");
    const wrong = at % 2 ? `${TOKEN.slice(0, -1)}X` : `X${TOKEN.slice(1)}`;
    const asked = [
      () => get(worker, paths[at % paths.length], { authorization: `Bearer ${wrong}`, ...headers }), () => get(worker, paths[at % paths.length], headers),
      () => deliver(worker, payload("a22"), { path: `/webhook/${wrong}`, headers }), () => deliver(worker, payload("a22"), { path: "/webhook", headers: { authorization: `Bearer ${wrong}`, ...headers } }),
      () => send(worker, "DELETE", callPath(id), { headers: { authorization: `Bearer ${wrong}`, ...headers } }),
    ];
    const answer = await asked[at % asked.length]();
    assertProblem(answer, 401, "unauthorized");
    assert.equal(answer.headers["x-kv-calls"], "");
    const { headers: { "x-kv-ms": _time, ...told }, ...rest } = face(answer);
    answers.add(JSON.stringify({ told, ...rest }));
  };
  for (let hundred = 0; hundred < 10; hundred += 1) await Promise.all(Array.from({ length: 100 }, one));
  assert.equal(answers.size, 1, [...answers].join());
  assertProblem(await call(worker, "a22"), 404, "not_found");
  assert.equal((await raw(worker, id)).text, final);
});

test("S12: of different bodies, a place that has not heard of one leaves one of them, whole, and a repeat makes them agree", async () => {
  for (const kind of STALE) {
    for (const n of [1, 2]) {
      const { id, from, to, final, other, queue } = freshCase(`s12 ${kind} ${n}`);
      for (const body of [queue, final]) await deliver(worker, body);
      await deliver(worker, other, { headers: withFault(`${n} ${kind}`) });
      for (const body of [final, other]) assert.equal((await deliver(worker, body)).status, 200);
      const record = (await raw(worker, id)).text;
      assert.ok([final, other].includes(record), record);
      const [row, ...more] = (await get(worker, `/api/calls?from=${from}&to=${to}`)).json.calls;
      assert.deepEqual(more, []);
      assert.equal(row.duration_seconds, JSON.parse(record).call.duration);
    }
  }
});

test("S12: while a place has not heard of a call, its repeats write the same again and nothing else", async () => {
  const { id, final } = freshCase("s12 same");
  assertStored(await deliver(worker, final), "created", id);
  const before = await inside("contents");
  for (let again = 0; again < 3; again += 1) assertStored(await deliver(worker, final, { headers: withFault("1+ gone") }), "created", id);
  const without = (rows) => JSON.parse(JSON.stringify(rows, (name, value) => (name === "received_at" ? undefined : value)));
  assert.deepEqual(without(await inside("contents")), without(before));
});

test("S12: where only one body of a call says when it began, the list and the statistics have the call once, as it ended", async () => {
  const id = "s12 begun";
  const counted = async () => (await get(worker, "/api/stats?from=2026-05-06T00:00:00Z")).json.calls;
  const before = await counted();
  const [queue, final] = [payload(id, { status: "queue" }), payload(id, { start_time: "2026-05-06T07:08:09Z" })];
  assertStored(await deliver(worker, queue), "created", id);
  assertStored(await deliver(worker, final, { headers: withFault("1 gone") }), "created", id);
  for (const [body, word] of [[queue, "stale"], [final, "duplicate"]]) assertStored(await deliver(worker, body), word, id);
  const rows = (await get(worker, "/api/calls?limit=100&q=s12%20begun")).json.calls;
  assert.deepEqual(rows.map(({ status }) => status), ["completed"]);
  assert.deepEqual((await get(worker, "/api/calls?limit=100&q=s12%20begun&status=queue")).json.calls, []);
  assert.equal((await counted()) - before, 1);
  await erase(worker, id);
});

test("S05: a lost index row is mended by whatever is delivered for its call", async () => {
  for (const [word, status] of [["conflict", "completed"], ["stale", "queue"], ["duplicate", undefined]]) {
    const { id, from, to, final } = freshCase(`s05 ${word}`);
    const next = status === undefined ? final : payload(id, { status, duration: 99, start_time: from });
    assertProblem(await deliver(worker, final, { headers: withFault("3+ fail") }), 503, "storage_unavailable");
    assertStored(await deliver(worker, next), word, id);
    const listed = (await get(worker, `/api/calls?from=${from}&to=${to}`)).json.calls;
    assert.deepEqual(listed.map(({ call_id }) => call_id), [id]);
    assert.equal((await raw(worker, id)).text, final);
    await erase(worker, id);
  }
});

test("S14: who asks where a call has not shown yet is told that it can take a minute", async () => {
  const { id, final } = freshCase("s14");
  assertStored(await deliver(worker, final), "created", id);
  for (const path of [callPath(id), `${callPath(id)}/raw`]) {
    const answer = await get(worker, path, { ...reader, ...withFault("1+ gone") });
    assertProblem(answer, 404, "not_found");
    assert.match(answer.json.detail, /take a minute/);
  }
  assert.equal((await call(worker, id)).status, 200);
});

test("S15: a key that takes one write a second delays a delivery or refuses it, and what is acknowledged is stored", async () => {
  let acknowledged = 0;
  const one = async (statuses) => {
    const { id, from } = freshCase(`s15 ${statuses}`);
    const answers = [];
    for (const status of statuses) {
      const body = payload(id, { status, start_time: from });
      const answer = await deliver(worker, body, { headers: withFault("1+ throttle") });
      if (answer.status === 200) assert.equal((await raw(worker, id)).text, body);
      if (answer.status === 200 && answers.length > 0) {
        assert.equal(answer.headers["x-kv-calls"], "getWithMetadata put put put");
        assert.ok(told(answer, "ms") >= 1_000);
        acknowledged += 1;
      } else if (answer.status !== 200) {
        assertProblem(answer, 503, "storage_unavailable");
        assert.match(answer.headers["retry-after"], /^\d+$/);
      }
      answers.push(answer.json.stored);
    }
    // The first write of a key is free, the second waits for its second; its row was written a moment later.
    assert.equal(answers[0], "created");
    for (const status of statuses) await deliver(worker, payload(id, { status, start_time: from }));
    assert.equal((await raw(worker, id)).text, payload(id, { status: "completed", start_time: from }));
  };
  await Promise.all([["queue", "initiated", "completed"], ["queue", "completed"], ["queue", "ringing", "in-progress", "completed"]].map(one));
  assert.ok(acknowledged > 0, "no delivery that met the limit was tried once more");
});

test("H23: a client that goes once its body is sent leaves the call whole or not at all, and a repeat converges", async () => {
  // While the n-th call to the storage pauses, the connection is cut.
  for (const n of [1, 2, 3]) {
    const { id, final } = freshCase("h23");
    await settled();
    const socket = connect(Number(new URL(worker.url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`POST /webhook/${TOKEN} HTTP/1.1\r\nHost: x\r\nx-fault: ${n} pause\r\nContent-Length: ${final.length}\r\n\r\n${final}`);
    await settled(({ late }) => late === 1);
    socket.destroy();
    await settled();
    const record = await raw(worker, id);
    if (record.status === 200) assert.equal(record.text, final);
    else assertProblem(record, 404, "not_found");
    assertStored(await deliver(worker, final), record.status === 200 ? "duplicate" : "created", id);
    assert.equal((await raw(worker, id)).text, final);
    assert.deepEqual((await keysOf(id)).map((key) => key.split("/")[0]).sort(), ["call", "time"]);
    const before = await inside("contents");
    assertStored(await deliver(worker, final), "duplicate", id);
    assert.deepEqual(await inside("contents"), before);
  }
});

test("L02: what the storage said is in no answer, and its status alone is in the log", async () => {
  const answer = await deliver(worker, payload("l02"), { headers: withFault("1+ fail") });
  assert.doesNotMatch(answer.text, /KV|Server Error/);
  const lines = worker.logs.filter((line) => line.includes("storage_failed")).map((line) => JSON.parse(line));
  assert.deepEqual(lines.find(({ status }) => status === 500), { event: "storage_failed", silent: false, status: 500 });
});
