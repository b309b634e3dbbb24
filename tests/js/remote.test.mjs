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

test("objects are written in the page, as the functions themselves do it", async () => {
  let deep = {};
  for (let depth = 0; depth < 3000; depth++) deep = { deep };
  const { valid, issues } = await remote.validate({ call: { call_id: "1" }, deep });
  assert.deepEqual([valid, issues.at(-1).code], [false, "too_deep"]);
  assert.equal((await remote.summarize({ toJSON: () => ({ call: { call_id: "written" } }) })).call_id, "written");
  let endless = {};
  for (let depth = 0; depth < 100_000; depth++) endless = { endless };
  const getter = {
    get call() {
      throw new Error("no");
    },
  };
  for (const [bad, message] of [
    [Promise.resolve({}), /got Promise; pass a Uint8Array/],
    [Symbol("s"), /got Symbol; pass/],
    [getter, /cannot be written as JSON/],
    [new Map(), /got Map; pass/],
    [new Uint16Array(1), /got Uint16Array; pass/],
    [{ toJSON() {} }, /cannot be written as JSON; pass/],
    [endless, /nested too deeply; pass/],
    [null, /got Null; pass/],
  ]) {
    await assert.rejects(remote.validate(bad), { name: "TypeError", message });
  }
  await assert.rejects(remote.parseTranscript(Promise.resolve("")), { name: "TypeError", message: /got object; pass the transcript/ });
});

test("a message that one side cannot read fails what waits, and nothing after it", { timeout: 5000 }, async () => {
  const waits = remote.validate("{}");
  scope.dispatchEvent(new Event("messageerror"));
  await assert.rejects(waits, /could not be read/);
  const more = remote.validate("{}");
  worker.dispatchEvent(new Event("messageerror"));
  await assert.rejects(more, /could not be read/);
  assert.equal((await remote.summarize(call("after"))).call_id, "after");
});

test("an error of the app's own code in a worker that has answered breaks nothing", async () => {
  worker.dispatchEvent(Object.assign(new Event("error"), { message: "the app's own" }));
  assert.equal((await remote.summarize(call("after"))).call_id, "after");
});

test("a signal that is aborted already closes the source", { timeout: 5000 }, async () => {
  const cancelled = Promise.withResolvers();
  const source = new ReadableStream({ cancel: cancelled.resolve }, { highWaterMark: 0 });
  const reason = new Error("enough");
  assert.deepEqual(await read(remote.summarizeLines(source, { signal: AbortSignal.abort(reason) })), { seen: [], error: reason });
  await cancelled.promise;
});

test("an error keeps its name on the way", async () => {
  const { error } = await read(remote.summarizeLines(failing(1, new DOMException("cannot be read", "NotReadableError"))));
  assert.deepEqual([error.name, error.message, Object.keys(error)], ["NotReadableError", "cannot be read", []]);
});

test("of a view, its bytes alone are sent", async () => {
  const sent = [];
  const spy = { postMessage: (message) => sent.push(message), addEventListener() {} };
  const view = new Uint8Array(1 << 20).subarray(5, 9);
  const silent = connect(spy);
  silent.validate(view);
  silent.summarizeLines(view).next();
  assert.deepEqual([sent[0].args[0].buffer.byteLength, sent[1].source.buffer.byteLength], [4, 4]);
});

test("misuse is told what to pass", () => {
  assert.throws(() => connect({ postMessage() {} }), { name: "TypeError", message: /pass a Worker/ });
  const source = new Uint8Array();
  for (const options of [null, 7, "x"]) assert.throws(() => remote.summarizeLines(source, options), { name: "TypeError", message: /pass the options as an object/ });
  for (const signal of [null, 7, {}]) assert.throws(() => remote.summarizeLines(source, { signal }), { name: "TypeError", message: /pass `signal` as an AbortSignal/ });
  assert.throws(() => remote.summarizeLines(source, { onProgress: 7 }), { name: "TypeError", message: /pass `onProgress` as a function/ });
  for (const lines of [{}, [], 7, null, new Uint16Array(1), (async function* () {})()]) {
    assert.throws(() => remote.summarizeLines(lines), { name: "TypeError", message: /; pass a Blob, a ReadableStream or a Uint8Array$/ });
  }
});

test("a result and progress come while the source is still waited for", { timeout: 10_000 }, async () => {
  let source;
  const stream = new ReadableStream({ start: (c) => void (source = c) });
  const progress = Promise.withResolvers();
  const lines = remote.summarizeLines(stream, { onProgress: progress.resolve });
  source.enqueue(bytes(`${call(1)}\n`));
  assert.equal((await lines.next()).value.line, 1);
  const next = lines.next();
  source.enqueue(bytes("\n".repeat(100_000)));
  assert.equal((await progress.promise).lines > 1000, true);
  source.enqueue(bytes(call(2)));
  source.close();
  assert.equal((await next).value.line, 100_002);
  assert.equal((await lines.next()).done, true);
});

test("a long source without results does not keep the worker from what else it is asked", { timeout: 60_000 }, async () => {
  const stop = new AbortController();
  const blank = new Uint8Array(32 << 20).fill(10);
  const told = [];
  const onProgress = ({ bytes }) => told.push(bytes) === 2 && stop.abort("enough");
  const reading = read(remote.summarizeLines(blank, { signal: stop.signal, onProgress }));
  assert.equal((await reading).error, "enough");
  assert.equal(told.at(-1) < blank.length, true, `progress: ${told}`);
});
