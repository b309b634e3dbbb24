// Lines of payloads, one summary each, from every kind of source.

import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { cases, imported, install, write } from "./installed.mjs";

const { folder } = install();
const { safeSummarize, summarizeLines, validate } = await imported(folder);

const bytes = (text) => new TextEncoder().encode(text);
const call = (id, more = "") => `{"call":{"call_id":${JSON.stringify(id)}${more}}}`;
async function all(source, options) {
  const list = [];
  for await (const result of summarizeLines(source, options)) list.push(result);
  return list;
}
/** What was found as `line id` or `line code`. */
const shown = (results) =>
  results.map(({ line, success, summary, issues }) => `${line} ${success ? summary.call_id : issues.find(({ severity }) => severity === "error").code}`);
async function* pieces(whole, size) {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

const sample = JSON.stringify(JSON.parse(new TextDecoder().decode(cases().find(({ name }) => name === "documented-shape").payload)));
const mixed = `\uFEFF${call("one")}\r\n\r\n${call("zwei – Zoë 😀")}\n \t \n{"call":\n${sample}\r\n[]\n${call("last", ',"transcript":"bot: 😀\\n"')}`;

test("each line has its summary or its issues, and its number; blank ones are passed over", async () => {
  const results = await all(bytes(mixed));
  assert.deepEqual(shown(results), [
    "1 one",
    "3 zwei – Zoë 😀",
    "5 invalid_json",
    `6 ${JSON.parse(sample).call.call_id}`,
    "7 invalid_type",
    "8 last",
  ]);
  const texts = mixed.split("\n");
  for (const { line, ...result } of results) assert.deepEqual(result, safeSummarize(texts[line - 1].replace(/\r$/, "")));
  assert.equal(results[0].issues[0].code, "byte_order_mark");
});

test("wherever the pieces are cut, the results are the same", async () => {
  const whole = bytes(mixed);
  const wanted = await all(whole);
  for (const size of [1, 2, 3, 5, 7, 64, 4096, whole.length - 1, whole.length]) assert.deepEqual(await all(pieces(whole, size)), wanted, `${size}`);
  for (let cut = 0; cut <= whole.length; cut++) {
    const two = (async function* () {
      yield whole.subarray(0, cut);
      yield whole.subarray(cut);
    })();
    assert.deepEqual(await all(two), wanted, `${cut}`);
  }
});

test("a source that fills the same memory again and again is read right", async () => {
  const whole = bytes(mixed);
  const wanted = await all(whole);
  const room = new Uint8Array(7);
  const source = (async function* () {
    for (let at = 0; at < whole.length; at += room.length) {
      const piece = whole.subarray(at, at + room.length);
      room.set(piece);
      yield room.subarray(0, piece.length);
    }
  })();
  assert.deepEqual(await all(source), wanted);
});

test("streams of the web and of Node, files, buffers and generators are all sources", async () => {
  const path = write(folder, "calls.ndjson", mixed);
  const wanted = await all(bytes(mixed));
  const sources = [
    new Blob([mixed]).stream(),
    new Response(mixed).body,
    createReadStream(path, { highWaterMark: 11 }),
    Readable.from([Buffer.from(mixed)]),
    Buffer.from(mixed),
    pieces(bytes(mixed), 100),
  ];
  for (const source of sources) assert.deepEqual(await all(source), wanted);
});

test("of nothing and of blank lines alone there is no result; a line end is no line", async () => {
  for (const text of ["", "\n", "\r\n\r\n", " \t\r\n  "]) assert.deepEqual(await all(bytes(text)), []);
  assert.deepEqual(shown(await all(bytes(`${call("1")}\n`))), ["1 1"]);
  assert.deepEqual(shown(await all(bytes(`\n\n${call("3")}`))), ["3 3"]);
});

test("a line that is too long is a result as of `validate`, at every bound and cut, and the next one is read", async () => {
  const lines = [call("a"), call("b", ',"timezone":"Zoë 😀 – x"'), call("c")];
  const whole = bytes(`${lines.join("\r\n")}\n`);
  for (let max_bytes = 20; max_bytes < 64; max_bytes++) {
    for (const size of [1, 13, whole.length]) {
      const results = await all(pieces(whole, size), { max_bytes });
      assert.deepEqual(results, lines.map((text, at) => ({ line: at + 1, ...safeSummarize(bytes(text), { max_bytes }) })), `${max_bytes} ${size}`);
    }
  }
  // A carriage return at the bound is a part of the line unless it ends it.
  for (const size of [1, whole.length]) {
    const results = await all(pieces(bytes(`${call("1")}\r  \n${call("2")}\r\n`), size), { max_bytes: call("1").length });
    assert.deepEqual(shown(results), ["1 too_large", "2 2"]);
  }
  const { issues } = validate(bytes(lines[1]), { max_bytes: 40 });
  assert.deepEqual((await all(whole, { max_bytes: 40 }))[1].issues, issues);
});

test("of a line of 200 MB no more is kept than `max_bytes`", async () => {
  const piece = new Uint8Array(65_536).fill(0x20);
  const source = (async function* () {
    for (let sent = 0; sent < 200e6; sent += piece.length) yield piece;
    yield bytes(`\n${call("2")}\n`);
  })();
  const before = process.memoryUsage();
  let most = 0;
  const onProgress = () => (most = Math.max(most, process.memoryUsage().arrayBuffers - before.arrayBuffers));
  const results = await all(source, { max_bytes: 1_000_000, onProgress });
  assert.deepEqual(shown(results), ["1 too_large", "2 2"]);
  assert.ok(most < 20e6, `${most}`);
});

test("options hold for every line", async () => {
  const line = call("1", ',"duration":"113"');
  const [loose] = await all(bytes(line));
  const [strict] = await all(bytes(line), { strict: true });
  const [deep] = await all(bytes(line), { max_depth: 1 });
  assert.deepEqual([loose.success, strict.success, deep.success], [true, false, false]);
  assert.deepEqual(deep.issues[0].code, "too_deep");
});

test("progress counts all lines and bytes, goes up, and ends with the whole", async () => {
  const text = `${call("1")}\n\n`.repeat(20_000);
  const told = [];
  const whole = bytes(text);
  const results = await all(whole, { onProgress: (progress) => told.push(progress) });
  assert.equal(results.length, 20_000);
  assert.deepEqual(told.at(-1), { lines: 40_000, bytes: whole.length });
  assert.ok(told.length > whole.length / 65_536 && told.length < whole.length / 10_000, `${told.length}`);
  told.reduce((before, { lines, bytes }) => {
    assert.ok(lines >= before.lines && bytes >= before.bytes && bytes <= whole.length);
    return { lines, bytes };
  });
  const small = [];
  await all(bytes(`${call("1")}\n${call("2")}`), { onProgress: (progress) => small.push(progress) });
  assert.deepEqual(small, [{ lines: 2, bytes: 2 * call("1").length + 1 }]);
});

test("the source is read no faster than the results are taken", async () => {
  let taken = 0;
  const source = (async function* () {
    for (; taken < 100; taken++) yield bytes(`${call(`${taken}`)}\n`);
  })();
  const results = summarizeLines(source);
  assert.equal(taken, 0);
  for (let number = 1; number <= 5; number++) {
    await results.next();
    await sleep(5);
    assert.ok(taken <= number, `${taken} pieces for ${number} results`);
  }
  await results.return();
});

/** A source of endless lines that tells whether it was closed. */
function endless() {
  const state = { closed: false, reason: undefined };
  const iterable = (async function* () {
    try {
      for (let number = 1; ; number++) yield bytes(`${call(`${number}`)}\n{"call":{"call`);
    } finally {
      state.closed = true;
    }
  })();
  const stream = new ReadableStream({
    pull: (controller) => controller.enqueue(bytes(`${call("1")}\n`)),
    cancel: (reason) => Object.assign(state, { closed: true, reason }),
  });
  return { iterable, stream, state };
}

test("who stops early waits for the source to close, and hears of it when that fails", async () => {
  const failure = new Error("disk");
  let isClosed = false;
  const closing = (close) => ({
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: bytes(`${call("1")}\n`) }), return: close }),
  });
  const slowly = async () => {
    await sleep(20);
    isClosed = true;
    return { done: true, value: undefined };
  };
  for await (const { success } of summarizeLines(closing(slowly))) if (success) break;
  assert.equal(isClosed, true);
  await assert.rejects(async () => {
    for await (const { success } of summarizeLines(closing(async () => Promise.reject(failure)))) if (success) break;
  }, (error) => error === failure);
});

for (const kind of ["iterable", "stream"]) {
  test(`who stops early closes the source: ${kind}`, async () => {
    const source = endless();
    for await (const { line } of summarizeLines(source[kind])) if (line === 3) break;
    assert.equal(source.state.closed, true);
  });

  test(`an abort ends the reading with its reason and closes the source: ${kind}`, async () => {
    const source = endless();
    const stop = new AbortController();
    const reason = new Error("enough");
    let lines = 0;
    await assert.rejects(async () => {
      for await (const { line } of summarizeLines(source[kind], { signal: stop.signal })) {
        lines = line;
        if (line === 3) stop.abort(reason);
      }
    }, (error) => error === reason);
    assert.equal(lines, 3);
    await sleep(1);
    assert.equal(source.state.closed, true);
    assert.equal(validate(call("1")).valid, true);
  });
}

test("an abort ends the wait for a source that does not answer, and an aborted signal reads nothing", async () => {
  const soon = () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    return { signal: stop.signal };
  };
  const silent = new ReadableStream({ pull: () => new Promise(() => {}) });
  await assert.rejects(all(silent, soon()), { name: "AbortError" });
  const stuck = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: () => new Promise(() => {}) }) };
  await assert.rejects(all(stuck, soon()), { name: "AbortError" });
  let isRead = false;
  const source = (async function* () {
    isRead = true;
    yield bytes(call("1"));
  })();
  await assert.rejects(all(source, { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(isRead, false);
  const closed = [];
  const iterable = { [Symbol.asyncIterator]: () => ({ next: () => assert.fail("it is read"), return: async () => closed.push("iterable") }) };
  const stream = new ReadableStream({ cancel: () => closed.push("stream") }, { highWaterMark: 0 });
  for (const unread of [iterable, stream]) await assert.rejects(all(unread, { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.deepEqual(closed, ["iterable", "stream"]);
});

test("what the source or `onProgress` throws reaches the caller, after the results before it", async () => {
  const failure = new Error("disk");
  const failing = (async function* () {
    yield bytes(`${call("1")}\n${call("2")}\n{"call"`);
    throw failure;
  })();
  const results = summarizeLines(failing);
  assert.deepEqual([(await results.next()).value.line, (await results.next()).value.line], [1, 2]);
  await assert.rejects(results.next(), (error) => error === failure);
  assert.deepEqual(await results.next(), { value: undefined, done: true });

  const source = endless();
  const throws = () => {
    throw failure;
  };
  await assert.rejects(async () => {
    for await (const result of summarizeLines(source.stream, { onProgress: throws })) assert.ok(result.success);
  }, (error) => error === failure);
  assert.equal(source.state.closed, true);
  assert.deepEqual(shown(await all(bytes(call("1")))), ["1 1"]);
});

test("an error is not hidden by what closing the source throws, and a stream that cannot be cancelled is unlocked", async () => {
  const failure = new Error("first");
  const later = new Error("second");
  const onProgress = () => {
    throw failure;
  };
  const value = bytes(`${call("1")}\n`.repeat(5_000));
  const iterable = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value }), return: () => Promise.reject(later) }) };
  const stream = new ReadableStream({ pull: (controller) => controller.enqueue(value), cancel: () => Promise.reject(later) });
  for (const source of [iterable, stream]) await assert.rejects(all(source, { onProgress }), (error) => error === failure);
  assert.equal(stream.locked, false);
});

test("calls in between and readers side by side do not disturb each other", async () => {
  const text = bytes(`${sample}\n${call("2")}\n`.repeat(20));
  const wanted = await all(text);
  const [one, two] = [summarizeLines(pieces(text, 1000)), summarizeLines(pieces(text, 333))];
  for (const result of wanted) {
    assert.deepEqual((await one.next()).value, result);
    validate("{}");
    assert.deepEqual((await two.next()).value, result);
  }
  const nested = await all(text, { onProgress: () => validate(sample) });
  assert.deepEqual(nested, wanted);
});

test("misuse is a TypeError that says what to pass", async () => {
  const misuse = [
    [undefined, /got undefined; pass a ReadableStream/],
    [null, /got null; pass/],
    ["{}", /got string; pass/],
    [{}, /no source of bytes; pass/],
    [[bytes("{}")], /no source of bytes; pass/],
    [new Blob(["{}"]), /a File; pass its `stream\(\)`/],
    [new Response("{}"), /pass its `body`/],
    [new ArrayBuffer(2), /no source of bytes; pass/],
  ];
  for (const [source, message] of misuse) assert.throws(() => summarizeLines(source), { name: "TypeError", message });
  assert.throws(() => summarizeLines(bytes(""), { signal: 7 }), { name: "TypeError", message: /AbortSignal/ });
  assert.throws(() => summarizeLines(bytes(""), { onProgress: 7 }), { name: "TypeError", message: /a function/ });
  assert.throws(() => summarizeLines(bytes(""), { max_bytes: -1 }), { name: "TypeError", message: /max_bytes/ });
  assert.throws(() => summarizeLines(bytes(""), null), { name: "TypeError", message: /options/ });
  await assert.rejects(all(Readable.from([call("1")])), { name: "TypeError", message: /a stream with an encoding/ });
  await assert.rejects(all(Readable.from([7])), { name: "TypeError", message: /a piece that is number/ });
  const nothing = (async function* () {
    yield null;
  })();
  await assert.rejects(all(nothing), { name: "TypeError", message: /a piece that is null/ });
});
