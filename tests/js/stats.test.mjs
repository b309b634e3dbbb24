// Counts over summaries. That they are those of the Worker, tests/edge/aggregate.test.mjs shows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { imported, install } from "./installed.mjs";

const { aggregate, summarize } = await imported(install().folder);

const summary = (call = {}, more = {}) => summarize({ call: { call_id: "1", ...call }, ...more });
const counts = ({ counts }) => Object.fromEntries(counts.map(({ word, calls }) => [word, calls]));

test("of no calls there is nothing to count", () => {
  const { calls, unread, complete, cursor, day, status, criterion } = aggregate([]);
  assert.deepEqual({ calls, unread, complete, cursor, day }, { calls: 0, unread: 0, complete: true, cursor: null, day: [] });
  assert.deepEqual(status, { counts: [], none: 0, other: 0 });
  assert.equal(criterion.length, 15);
});

test("any iterable will do", () => {
  const list = [summary(), summary()];
  assert.deepEqual(aggregate(new Set(list)), aggregate(list));
  assert.deepEqual(aggregate(list.values()), aggregate(list));
});

test("spellings of a word are one word, others are themselves, most frequent first", () => {
  const status = (status) => summary({ status });
  const found = aggregate(["teleported", "Cancelled", "no-answer", " No Answer", "CANCELED", "canceled", "Teleported"].map(status)).status;
  assert.deepEqual(found.counts, [
    { word: "canceled", calls: 3 },
    { word: "no-answer", calls: 2 },
    { word: "teleported", calls: 1 },
    { word: "Teleported", calls: 1 },
  ]);
  const reason = (end_call_reason) => summary({ end_call_reason });
  assert.deepEqual(counts(aggregate(["user_cancelled", "User-Canceled", "__proto__"].map(reason)).end_call_reason), { user_canceled: 2, ["__proto__"]: 1 });
});

test("words beyond a hundred are counted together", () => {
  const { counts, other, none } = aggregate(Array.from({ length: 150 }, (_, number) => summary({ status: `word ${number}` }))).status;
  assert.deepEqual([counts.length, other, none], [100, 50, 0]);
});

test("days are those of UTC in their order; a call without a start is in none", () => {
  const start = (start_time) => summary({ start_time });
  const { day, calls } = aggregate([start("2026-03-05T23:30:00-05:00"), start("2026-03-04T00:00:00Z"), start("2026-03-06T12:00:00Z"), summary()]);
  assert.deepEqual(day, [{ day: "2026-03-04", calls: 1 }, { day: "2026-03-06", calls: 2 }]);
  assert.equal(calls, 4);
});

test("a number belongs to the bin that it begins", () => {
  const { bins, none, sum } = aggregate([0, 9.9, 10, 29, 3599, 3600, 1e6].map((duration) => summary({ duration })).concat(summary())).duration_seconds;
  assert.deepEqual(bins.map(({ calls }) => calls), [2, 2, 0, 0, 0, 0, 0, 1, 2]);
  assert.deepEqual([bins[0], bins.at(-1)], [{ from: 0, to: 10, calls: 2 }, { from: 3600, to: null, calls: 2 }]);
  assert.deepEqual([none, sum], [1, 1007247.9]);
});

test("what is no list of summaries is a TypeError that says what to pass", () => {
  for (const bad of [undefined, null, 7, "words", {}]) assert.throws(() => aggregate(bad), { name: "TypeError", message: /array or another iterable/ });
  for (const bad of [[undefined], [{}], [{ success: true, summary: summary() }], [7], [{ outcome: { kind: "connected" }, talk: { turns: 1 } }], [{ ...summary(), status: undefined }]]) assert.throws(() => aggregate(bad), { name: "TypeError", message: /`summarize`/ });
});
