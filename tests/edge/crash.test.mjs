// What was acknowledged is there, whatever happens to the process that acknowledged it.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { assertStored, call, deliver, get, payload, raw, sign } from "./client.mjs";
import { SECRET, startWorker } from "./worker.mjs";

// A test that fails leaves its Worker running, and the runner would wait for it.
const workers = [];
const start = async (options) => {
  const worker = await startWorker(options);
  workers.push(worker);
  return worker;
};

const folder = mkdtempSync(join(tmpdir(), "postcall-crash-"));
after(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  rmSync(folder, { recursive: true, force: true });
});

test("SIGKILL right after a 200 loses nothing", async () => {
  let worker = await start({ persist: folder });
  assertStored(await deliver(worker, payload("before")), "created", "before");
  await worker.kill();
  worker = await start({ persist: folder });
  assert.equal((await raw(worker, "before")).text, payload("before"));
  assert.deepEqual((await get(worker, "/api/calls")).json.calls.map(({ call_id }) => call_id), ["before"]);
  assertStored(await deliver(worker, payload("before")), "duplicate", "before");
  await worker.stop();
});

test("SIGKILL in a storm of deliveries loses none that was acknowledged", async () => {
  const acknowledged = [];
  let count = 0;
  for (let round = 0; round < 3; round += 1) {
    const worker = await start({ persist: folder });
    let is_over = false;
    const sender = async () => {
      while (!is_over) {
        const id = `storm-${(count += 1)}`;
        // A connection that the end of the process cuts off has not acknowledged anything.
        const answer = await deliver(worker, payload(id)).catch(() => null);
        if (answer?.status === 200) acknowledged.push(id);
      }
    };
    const senders = Array.from({ length: 8 }, sender);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await worker.kill();
    is_over = true;
    await Promise.all(senders);
  }
  assert.ok(acknowledged.length >= 50, `only ${acknowledged.length} were acknowledged`);
  const worker = await start({ persist: folder });
  for (const id of acknowledged) assert.equal((await raw(worker, id)).text, payload(id));
  const listed = new Set();
  for (let cursor = null; ; ) {
    const { json } = await get(worker, `/api/calls?limit=100${cursor === null ? "" : `&cursor=${cursor}`}`);
    for (const { call_id } of json.calls) listed.add(call_id);
    if ((cursor = json.cursor) === null) break;
  }
  for (const id of acknowledged) assert.ok(listed.has(id), id);
  await worker.stop();
});

// The sample of the platform's documentation is not ours to publish; where it is at hand it goes the same way.
const SAMPLE = process.env.POSTCALL_SAMPLE ?? new URL("../cases/documented-shape/payload.json", import.meta.url).pathname;

test("the documented payload, signed as the platform signs it, comes out as what the call was", { skip: !existsSync(SAMPLE) }, async () => {
  const body = readFileSync(SAMPLE);
  const { call_id } = JSON.parse(body).call;
  const worker = await start({ vars: { WEBHOOK_TOKENS: undefined, SIGNING_SECRETS: SECRET } });
  const headers = { "HTTP-SYNTHFLOW-SIGNATURE": sign(call_id) };
  assertStored(await deliver(worker, body, { path: "/webhook", headers }), "created", call_id);
  const { summary } = (await call(worker, call_id)).json;
  assert.equal(summary.outcome.kind, "connected");
  assert.equal(summary.duration_seconds, 113);
  const { turns, lines, human, bot } = summary.talk;
  assert.deepEqual([turns, lines, human.lines, bot.lines], [12, 17, 11, 6]);
  assert.deepEqual(summary.answers.map(({ found }) => found), [false, false, false]);
  assert.equal(summary.analysis.findings.find(({ criterion }) => criterion === "goal").verdict, "partial");
  assert.deepEqual((await raw(worker, call_id)).bytes, body);
  await worker.stop();
});
