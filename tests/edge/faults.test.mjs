// A storage that fails, throttles, hangs, is slow, or lies: nothing that was acknowledged is missing, and a repeat of
// what was not ends in the same state.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertProblem, assertStored, call, callPath, deliver, get, keys, payload, raw, reader } from "./client.mjs";
import { startWorker } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker({ faults: true })));
after(() => worker?.stop());

const KINDS = ["fail", "429", "hang", "slow", "lie"];
const each = (kinds, which) => kinds.flatMap((kind) => which.map((one) => `${one} ${kind}`));

async function timed(request) {
  const began = Date.now();
  const answer = await request;
  return { answer, took: Date.now() - began };
}

test("S05, S06: a delivery whose n-th storage call fails is tried again, or refused within 3 s and stored by a repeat", async () => {
  const one = async (fault) => {
    const id = `s05 ${fault}`;
    const body = payload(id, { start_time: "2026-03-04T14:22:07Z" });
    const { answer, took } = await timed(deliver(worker, body, { headers: { "x-fault": fault } }));
    assert.ok(took < 3_500, `${fault} took ${took} ms`);
    if (answer.status === 200) assert.equal((await raw(worker, id)).text, body, fault);
    else assertProblem(answer, 503, "storage_unavailable");
    assert.equal(answer.status, fault.startsWith("all") ? 503 : 200, fault);
    if (answer.status === 503) assert.match(answer.headers["retry-after"], /^\d+$/);
    assertStored(await deliver(worker, body), answer.status === 200 ? "duplicate" : "created", id);
    assert.equal((await raw(worker, id)).text, body);
    const of = (await keys(worker)).filter((key) => key.endsWith(`/${encodeURIComponent(id)}`));
    assert.equal(of.length, 2, fault);
  };
  await Promise.all(each(KINDS, ["1", "2", "3", "all"]).map(one));
});

test("S07: a read whose storage fails is refused within 3 s, and never an empty answer", async () => {
  await deliver(worker, payload("s07"));
  const one = async (path, fault) => {
    const { answer, took } = await timed(get(worker, path, { ...reader, "x-fault": fault }));
    assertProblem(answer, 503, "storage_unavailable");
    assert.ok(took < 3_500, `${fault} took ${took} ms`);
  };
  const paths = ["/api/calls", callPath("s07"), `${callPath("s07")}/raw`, "/api/conflicts", "/api/quarantine"];
  await Promise.all(paths.flatMap((path) => each(KINDS, ["all"]).map((fault) => one(path, fault))));
  assert.equal((await call(worker, "s07")).status, 200);
});

test("L02: what the storage said is in no answer, and its status alone is in the log", async () => {
  const answer = await deliver(worker, payload("l02"), { headers: { "x-fault": "all fail" } });
  assert.doesNotMatch(answer.text, /KV|Server Error/);
  const lines = worker.logs.filter((line) => line.includes("storage_failed")).map((line) => JSON.parse(line));
  assert.deepEqual(lines.find(({ status }) => status === 500), { event: "storage_failed", silent: false, status: 500 });
});
