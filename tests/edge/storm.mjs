// Deliveries from many senders at once, as fast as the Worker takes them, and a look at what is there afterwards. The
// crash tests and the soak share it.

import assert from "node:assert/strict";
import { Agent } from "node:http";
import { callPath, deliver, get, payload, reader, send } from "./client.mjs";

/** The body of the n-th call. Calls are a quarter of an hour apart. */
export function body(n) {
  const start_time = new Date(Date.UTC(2026, 0, 1) + n * 900_000).toISOString();
  const transcript = Array.from({ length: 20 }, (_, line) => `${line % 2 ? "human" : "bot"}: line ${line} of call ${n}`).join("\n");
  return payload(`storm-${n}`, { start_time, transcript, duration: n % 600 });
}

/** Tasks from `next` until it gives none, so many at once, over connections that are kept. */
async function inParallel(lanes, next, task) {
  const agent = new Agent({ keepAlive: true, maxSockets: lanes });
  const lane = async () => {
    for (let n = next(); n !== null; n = next()) await task(n, agent);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  agent.destroy();
}

/**
 * Delivers the calls whose numbers `next` gives, until it gives none. `heard` is told of each its number and the word of
 * its answer, or null where there was none: a connection that the end of the process cuts off acknowledges nothing.
 */
export function storm(worker, senders, next, heard) {
  return inParallel(senders, next, async (n, agent) => {
    const answer = await deliver(worker, body(n), { agent }).catch(() => null);
    heard(n, answer?.status === 200 ? answer.json.stored : null);
  });
}

/** Checks that the calls are there, byte for byte, each listed once, and no other. `progress` hears how many were read. */
export async function assertAllThere(worker, numbers, progress = () => {}) {
  const rest = [...numbers];
  await inParallel(8, () => rest.pop() ?? null, async (n, agent) => {
    const { status, text } = await send(worker, "GET", `${callPath(`storm-${n}`)}/raw`, { headers: reader, agent });
    assert.equal(status, 200, `storm-${n} is missing`);
    assert.equal(text, body(n));
    progress(numbers.length - rest.length);
  });
  const listed = [];
  for (let cursor = ""; cursor !== null; ) {
    const { json } = await get(worker, `/api/calls?limit=100${cursor && `&cursor=${cursor}`}`);
    listed.push(...json.calls.map(({ call_id }) => call_id));
    cursor = json.cursor;
  }
  assert.deepEqual(listed.sort(), numbers.map((n) => `storm-${n}`).sort());
}
