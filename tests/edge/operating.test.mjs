// What an operator sees and sets: the log, the counters, the rate limit, health, and what is left of a panic.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { remembered } from "../../scripts/setup/rust.mjs";
import { assertProblem, assertStored, call, callPath, deliver, erase, face, get, payload, raw, reader, send } from "./client.mjs";
import { API_TOKEN, startWorker, TOKEN } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker({ observed: true })));
after(() => worker?.stop());

const seen = async () => (await send(worker, "GET", "/", { headers: { "x-observe": "1" } })).json;
const lines = (of = worker) => of.logs.map((line) => JSON.parse(line));

/** The line, the points and the keys that one request leaves behind. */
async function traces(go) {
  const [old, from] = [await seen(), worker.logs.length];
  const answer = await go();
  const now = await seen();
  return { answer, lines: lines().slice(from), points: now.points.slice(old.points.length), keys: now.keys.slice(old.keys.length) };
}

const bodies = {
  created: payload("ops-1", { status: "queue", lead: "x" }),
  updated: payload("ops-1"),
  duplicate: payload("ops-1"),
  stale: payload("ops-1", { status: "queue" }),
  conflict: payload("ops-1", { duration: 9 }),
  quarantined: "{",
};

test("deliveries that wait for the storage at once hold their bytes, and not what they were read with", async () => {
  const weighed = await startWorker({ weighed: true });
  const numbers = `[${"1,".repeat(520_000)}1]`;
  const one = (_, at) => deliver(weighed, payload(`heavy-${at}`).replace('{"status"', `{"more":${numbers},"status"`));
  const answers = await Promise.all(Array.from({ length: 32 }, one));
  for (const answer of answers) assertStored(answer, "created");
  // An instance has 128 MB; 32 tapes of these would take 270. WebAssembly's memory does not shrink.
  assert.ok((await weighed.heap()) < 64e6);
  await weighed.stop();
});

test("a request that its runtime has forgotten is forgotten here, too", async (t) => {
  const weighed = await startWorker({ weighed: true });
  t.after(() => weighed.stop());
  const gone = async () => {
    const one = async () => assert.equal((await get(weighed, "/api/calls", { ...reader, "x-gone": "1" })).status, 204);
    for (let turn = 0; turn < 30; turn += 1) await Promise.all(Array.from({ length: 50 }, one));
    return Number((await send(weighed, "GET", "/", { headers: { "x-memory": "1" } })).text);
  };
  const [before, first] = [await gone(), await gone()];
  assert.ok(first > before, "each of them waits for what may still come");
  await get(weighed, "/healthz", { "x-later": "20000" });
  assert.equal(await gone(), first);
});

test("each request leaves one line of fixed fields and one point of the counters, with its outcome in a word", async () => {
  const deliveries = Object.entries(bodies).map(([word, body]) => [word, "/webhook/{token}", () => deliver(worker, body)]);
  const others = [
    ["unauthorized", "/webhook/{token}", () => deliver(worker, payload("ops-2"), { path: "/webhook/wrong" })],
    ["not_found", "none", () => get(worker, "/secret-path")],
    ["not_found", "/api/calls/{call_id}", () => call(worker, "ops-absent")],
    ["not_found", "/api/calls/{call_id}/raw", () => raw(worker, "ops-absent")],
    ["not_found", "/api/conflicts/{id}", () => send(worker, "DELETE", `/api/conflicts/${"0".repeat(64)}~ops-absent`, { headers: reader })],
    ["method_not_allowed", "/api/calls", () => send(worker, "POST", "/api/calls")],
    ["bad_parameter", "/api/calls", () => get(worker, "/api/calls?limit=0")],
    ["invalid_payload", "/api/summarize", () => send(worker, "POST", "/api/summarize", { headers: { authorization: `Bearer ${API_TOKEN}` }, body: "{" })],
    ["ok", "/api/calls", () => get(worker, "/api/calls")],
  ];
  for (const [word, route, go] of [...deliveries, ...others]) {
    const { answer, lines: [line, ...rest], points } = await traces(go);
    assert.deepEqual(rest, []);
    const { event, request, ms, call: id, bytes, issues, ...said } = line;
    assert.deepEqual([event, said], ["request", { route, method: said.method, status: answer.status, outcome: word }]);
    assert.match(request, /^[0-9a-f]{13}$/);
    assert.ok(Number.isInteger(ms) && ms >= 0);
    if (route.startsWith("/webhook") && word !== "unauthorized") assert.ok(bytes > 0 && issues > 0);
    assert.equal(id !== undefined, route.startsWith("/webhook") && !["quarantined", "unauthorized"].includes(word));
    const counted = { indexes: [word], blobs: [word, route, said.method], doubles: [answer.status, ms, bytes ?? 0, issues ?? 0] };
    assert.deepEqual(points, [counted]);
  }
});

test("a request has the platform's id where the platform gave it one, and never what else a client sends", async () => {
  const id = async (ray) => (await traces(() => get(worker, "/healthz", { "cf-ray": ray }))).lines[0].request;
  assert.equal(await id("8f3a1b2c4d5e6f70-FRA"), "8f3a1b2c4d5e6f70");
  for (const odd of ["x", "8f3a1b2c4d5e6f7", "8f3a1b2c4d5e6f70a", '","evil":"', "zzzzzzzzzzzzzzzz-FRA"]) assert.match(await id(odd), /^[0-9a-f]{13}$/);
});

test("neither tokens, paths, ids nor what a payload says reach the counters or the keys of the rate limit", async () => {
  const body = JSON.stringify({ lead: { name: "Ada Secretive" }, call: { call_id: "ops-visible", status: "completed" } });
  await deliver(worker, body);
  await call(worker, "ops-visible");
  await deliver(worker, body, { path: "/webhook/guessed-token" });
  const told = JSON.stringify(await seen());
  for (const word of ["Secretive", "ops-visible", "guessed-token", TOKEN, API_TOKEN]) assert.ok(!told.includes(word), word);
});

test("without a rate limit nobody is refused; with one, deliveries and readers are counted apart, health not at all", async (t) => {
  const free = await startWorker();
  t.after(() => free.stop());
  const limited = await startWorker({ more: { ratelimits: { RATE_LIMIT: { namespace_id: "1", simple: { limit: 3, period: 60 } } } } });
  t.after(() => limited.stop());
  // Twice the limit and one more: the minute may end between two of them.
  const times = (go) => Promise.all(Array.from({ length: 7 }, go));
  for (const { status } of await times(() => get(free, "/api/calls"))) assert.equal(status, 200);
  const refused = (await times((_, at) => deliver(limited, payload(`limit-${at}`)))).filter(({ status }) => status !== 200);
  assert.ok(refused.length > 0);
  for (const answer of refused) {
    assertProblem(answer, 429, "rate_limited");
    assert.equal(answer.headers["retry-after"], "60");
  }
  assert.equal((await get(limited, "/api/calls")).status, 200);
  for (const { status } of await times(() => get(limited, "/healthz", {}))) assert.equal(status, 200);
});

test("a refused request says nothing about its credential", async () => {
  const refuse = { "x-limit": "refuse" };
  const right = await deliver(worker, payload("ops-face"), { headers: refuse });
  assertProblem(right, 429, "rate_limited");
  const wrong = await deliver(worker, payload("ops-face"), { path: "/webhook/wrong", headers: refuse });
  assert.deepEqual(face(wrong), face(right));
  assert.deepEqual(face(await get(worker, "/api/calls", refuse)), face(right));
  assertProblem(await call(worker, "ops-face"), 404, "not_found");
});

test("an address stands for its network in the rate limit", async () => {
  const keys = async (address) => (await traces(() => get(worker, "/api/calls", { "cf-connecting-ip": address }))).keys;
  assert.deepEqual(await keys("192.0.2.7"), ["read 192.0.2.7"]);
  assert.deepEqual(await keys("2001:db8:1:2:3:4:5:6"), ["read 2001:db8:1:2"]);
  const { keys: others } = await traces(() => deliver(worker, "{", { headers: { "cf-connecting-ip": "192.0.2.7" } }));
  assert.deepEqual(others, ["deliver 192.0.2.7"]);
});

test("a rate limit or counters that fail are told of, without their words, and requests are served as without them", async () => {
  const failing = [...["throw", "reject", "hang", "odd"].map((kind) => ["RATE_LIMIT", { "x-limit": kind }]), ["COUNTERS", { "x-counters": "throw" }]];
  for (const [at, [binding, headers]] of failing.entries()) {
    const { answer, lines: told } = await traces(() => deliver(worker, payload(`ops-failing-${at}`), { headers }));
    assertStored(answer, "created");
    assert.deepEqual(told.filter(({ event }) => event !== "request"), [{ event: "binding_failed", binding }]);
  }
});

test("health names a binding that is none, and not its value", async (t) => {
  const other = await startWorker({ vars: { RATE_LIMIT: "s3cret", COUNTERS: 7 } });
  t.after(() => other.stop());
  const { status, json, text } = await get(other, "/healthz", {});
  assert.equal(status, 200);
  assert.equal(json.status, "degraded");
  assert.deepEqual(json.settings.map(({ setting }) => setting), ["RATE_LIMIT", "COUNTERS"]);
  assert.doesNotMatch(text, /s3cret/);
  assertStored(await deliver(other, payload("ops-unbound")), "created");
});

/** A delivery whose second half follows when `rest` is called. */
function half(id) {
  const { hostname, port } = new URL(worker.url);
  const body = payload(id);
  let rest;
  const answer = new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method: "POST", path: `/webhook/${TOKEN}`, agent: false }, (incoming) => {
      incoming.resume();
      incoming.on("end", () => resolve(incoming.statusCode));
    });
    outgoing.on("error", reject);
    outgoing.write(body.slice(0, 20));
    rest = () => outgoing.end(body.slice(20));
  });
  return { answer, rest };
}

const built = (name) => readFileSync(new URL(`../../build/${name}`, import.meta.url));
const imports = WebAssembly.Module.imports(new WebAssembly.Module(built("index_bg.wasm")));
const unwinds = imports.some(({ name }) => name === "__wbindgen_wrapped_jstag");

test(`L03: a panic tells its place alone, ${unwinds ? "fails its own request alone" : "takes its instance with it"}, and the next request is served`, async () => {
  const ids = Array.from({ length: 20 }, (_, at) => `ops-panic-${at}`);
  const { answer, lines: told } = await traces(async () => {
    const others = ids.map(half);
    // Until all of them are waiting in the Worker, whose log tells nothing yet.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const panicking = await deliver(worker, payload("ops-panic"), { headers: { "x-panic": "1" } });
    for (const { rest } of others) rest();
    return { panicking, statuses: await Promise.all(others.map((other) => other.answer)) };
  });
  const panic = told.find(({ event }) => event === "panic");
  assert.deepEqual(Object.keys(panic), ["event", "file", "line"]);
  assert.deepEqual(told.filter(({ event }) => event !== "request"), [panic], "the panic is told once, and nothing else of it");
  if (unwinds) {
    assertProblem(answer.panicking, 500, "internal");
    assert.deepEqual(answer.statuses, ids.map(() => 200));
  }
  // What was not acknowledged is stored when it is sent again, as a sender does that got no 2xx.
  for (const [at, id] of ids.entries()) {
    const again = await deliver(worker, payload(id));
    assertStored(again, answer.statuses[at] === 200 ? "duplicate" : "created", id);
  }
});

const abrupt = !unwinds && "a build that aborts ends the instance";
test("an error that JavaScript throws where Rust expects none fails its request alone, at once", { skip: abrupt }, async () => {
  const { instances } = await seen();
  const other = half("ops-beside-throw");
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { status, text } = await deliver(worker, payload("ops-throw"), { headers: { "x-throw": "1" } });
  assert.deepEqual([status, text], [500, ""]);
  other.rest();
  assert.equal(await other.answer, 200);
  // It was stored before that.
  assertStored(await deliver(worker, payload("ops-throw")), "duplicate", "ops-throw");
  assert.equal((await seen()).instances, instances);
});

test("a trap behind what a request waited for ends its instance, and the next request is served at once by a fresh one", async () => {
  const { instances } = await seen();
  const hanging = new AbortController();
  const trapped = fetch(`${worker.url}/webhook/${TOKEN}`, { method: "POST", headers: { "x-trap": "1" }, body: payload("ops-trap"), signal: hanging.signal });
  const gone = assert.rejects(trapped, { name: "AbortError" });
  while (!(await seen()).is_full) await new Promise((resolve) => setTimeout(resolve, 20));
  assertStored(await deliver(worker, payload("ops-trap")), "created", "ops-trap");
  assertStored(await deliver(worker, payload("ops-after-trap")), "created", "ops-after-trap");
  assert.equal((await seen()).instances, instances + 1);
  hanging.abort();
  await gone;
});

test("the build unwinds where set-up found the source for it", () => {
  assert.equal(unwinds, remembered().wasm.source);
});

// What the platform does when a sender hangs up cannot be seen here, where a request ends well all the same.
test("what is to be written is let run to its end, and nothing else is", async () => {
  const kept = async (go) => {
    const { kept: before } = await seen();
    const { status } = await go();
    return [status, (await seen()).kept - before];
  };
  const post = (path, body) => send(worker, "POST", path, { headers: reader, body });
  const { json } = await deliver(worker, "{ops-kept");
  const table = [
    [200, 1, () => deliver(worker, payload("ops-kept"))],
    [200, 1, () => deliver(worker, payload("ops-kept"))],
    [202, 1, () => deliver(worker, "{ops-kept")],
    [202, 1, () => post(`/api/quarantine/${json.id}/retry`)],
    [204, 1, () => send(worker, "DELETE", `/api/quarantine/${json.id}`, { headers: reader })],
    [204, 1, () => erase(worker, "ops-kept")],
    [401, 0, () => deliver(worker, payload("ops-kept"), { path: "/webhook/wrong" })],
    [401, 0, () => send(worker, "DELETE", callPath("ops-kept"))],
    [404, 0, () => call(worker, "ops-kept")],
    [200, 0, () => get(worker, "/api/calls")],
    [200, 0, () => post("/api/summarize", payload("ops-kept"))],
  ];
  for (const [status, count, go] of table) assert.deepEqual(await kept(go), [status, count]);
});

test("a delivery costs as many storage calls as docs/deploy.md reckons with", async (t) => {
  const counting = await startWorker({ faults: true });
  t.after(() => counting.stop());
  const docs = readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8");
  const table = /\| delivery \| reads \| writes \|\n.*\n((?:\|.*\n)+)/.exec(docs)[1];
  const rows = table.trim().split("\n").map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim().split("; ").map((part) => Number(part))));
  const documented = rows.map(([, reads, writes]) => writes.map((count, at) => [reads[at] ?? reads[0], count]));
  const calls = async (body) => {
    const { headers } = await deliver(counting, body, { headers: { "x-fault": "0 none" } });
    const made = headers["x-kv-calls"].split(" ").map((name) => (name === "getWithMetadata" ? "get" : name));
    return ["get", "put"].map((kind) => made.filter((name) => name === kind).length);
  };
  const id = "ops-cost";
  const queued = payload(id, { status: "queue" });
  const counted = [
    [await calls(queued)],
    [await calls(queued)],
    [(await calls(payload(id)), await calls(queued))],
    [await calls(payload(id, { duration: 9 })), await calls(payload(id, { duration: 9 }))],
    [await calls("{"), await calls("{")],
  ];
  assert.deepEqual(counted, documented);
  assert.deepEqual(await calls(payload("ops-cost-2")), documented[0][0]);
});
