// The two sides of a Web Worker in one thread, over a message channel: what can be told without a browser.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { install } from "./installed.mjs";

const { folder } = install();
const module = (name) => import(pathToFileURL(join(folder, "node_modules", "postcall", "dist", "esm", name)).href);

// The worker's own scope, whose other end is the worker as the page sees it.
const { port1: worker, port2: scope } = new MessageChannel();
globalThis.postMessage = (message) => scope.postMessage(message);
globalThis.addEventListener = (type, listener) => scope.addEventListener(type, listener);
await module("worker.js");
scope.start();
worker.start();
after(() => worker.close());

const { connect } = await module("client.js");
const remote = connect(worker);

const call = (id) => JSON.stringify({ call: { call_id: `${id}`, status: "completed" } });
const bytes = (text) => new TextEncoder().encode(text);

/** A stream of so many lines, which then fails. */
function failing(count, error) {
  let at = 0;
  return new ReadableStream({ pull: (c) => (at++ < count ? c.enqueue(bytes(`${call(at)}\n`)) : c.error(error)) }, { highWaterMark: 0 });
}

/** What comes of lines: the numbers of the results, and what the reading fails with. */
async function read(lines, pause = () => undefined) {
  const seen = [];
  try {
    for await (const { line } of lines) {
      seen.push(line);
      await pause(line);
    }
  } catch (error) {
    return { seen, error };
  }
  return { seen };
}

test("what a source fails with while results are taken reaches the reader", async () => {
  const { error } = await read(remote.summarizeLines(failing(300, new Error("disk failed"))), (line) => line % 50 === 0 && sleep(20));
  assert.match(String(error), /disk failed/);
});

test("connections to one worker, and the app's own messages, are kept apart", async () => {
  const other = connect(worker);
  const [one, two] = await Promise.all([remote.summarize(call("one")), other.summarize(call("two"))]);
  assert.deepEqual([one.call_id, two.call_id], ["one", "two"]);

  const said = [];
  const hear = ({ data }) => said.push(data);
  worker.addEventListener("message", hear);
  for (const own of [null, 7, "text", { id: 1, call: "validate", args: ["{}"] }, { id: 1, call: "no such" }, { id: 1, more: true }]) worker.postMessage(own);
  const fresh = connect(worker);
  const answer = fresh.summarize(call("three"));
  for (const own of [null, 7, "text", { id: 1, value: "the app's" }, { id: "1", error: "the app's" }]) scope.postMessage(own);
  assert.equal((await answer).call_id, "three");
  worker.removeEventListener("message", hear);
  assert.equal(said.filter((data) => data?.value?.call_id !== "three").length, 5, "the app's own messages were answered");
});

test("what was read before a failure comes before it", async () => {
  for (const count of [1, 300, 700]) {
    const { seen, error } = await read(remote.summarizeLines(failing(count, new Error("disk failed"))), (line) => line % 100 === 0 && sleep(5));
    assert.deepEqual(seen, Array.from({ length: count }, (_, at) => at + 1));
    assert.match(String(error), /disk failed/);
  }
});
