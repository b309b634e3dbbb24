// Statistics: what is counted, and where one answer ends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertProblem, assertWellBehaved, deliver, erase, get, payload, reader, send } from "./client.mjs";
import { startWorker } from "./worker.mjs";

let worker, crowded;
before(async () => ([worker, crowded] = await Promise.all([startWorker(), startWorker({ crowd: true })])));
after(() => Promise.all([worker?.stop(), crowded?.stop()]));

const stats = async (query = "") => {
  const answer = await get(worker, `/api/stats${query}`);
  assert.equal(answer.status, 200, answer.text);
  assertWellBehaved(answer);
  return answer.json;
};
const words = ({ counts }) => Object.fromEntries(counts.map(({ word, calls }) => [word, calls]));
const bins = ({ bins }) => Object.fromEntries(bins.filter(({ calls }) => calls > 0).map(({ from, calls }) => [from, calls]));

test("of no calls there is nothing to count", async () => {
  const { calls, complete, cursor, day, status, criterion } = await stats();
  assert.deepEqual({ calls, complete, cursor, day, status }, {
    calls: 0, complete: true, cursor: null, day: [], status: { counts: [], none: 0, other: 0 },
  });
  assert.equal(criterion.length, 15);
});

test("every call is counted by day, status, outcome, end reason, criterion, length and talk", async () => {
  const analysis = { goal: "partial", style: true, persona: false, opted_in: null };
  const talked = { duration: 113, end_call_reason: "agent_goodbye", transcript: "bot: one two three\nhuman: four\n" };
  const bodies = [
    { call: { call_id: "1", status: "completed", start_time: "2026-03-04T23:59:59Z", ...talked }, analysis },
    { call: { call_id: "2", status: "Completed", start_time: "2026-03-05T00:00:00Z", duration: 5 }, analysis: { goal: "true" } },
    { call: { call_id: "3", status: "no-answer", start_time: "2026-03-05T12:00:00Z" } },
    { call: { call_id: "4", status: "teleported", start_time: "2026-03-06T12:00:00Z" } },
  ];
  for (const body of bodies) assert.equal((await deliver(worker, JSON.stringify(body))).json.stored, "created");
  const all = await stats();
  assert.equal(all.calls, 4);
  assert.deepEqual(all.day, [{ day: "2026-03-04", calls: 1 }, { day: "2026-03-05", calls: 2 }, { day: "2026-03-06", calls: 1 }]);
  assert.deepEqual(words(all.status), { completed: 2, "no-answer": 1, teleported: 1 });
  assert.deepEqual(words(all.outcome), { connected: 2, not_reached: 1, unknown: 1 });
  assert.deepEqual([words(all.end_call_reason), all.end_call_reason.none], [{ agent_goodbye: 1 }, 3]);
  const verdicts = Object.fromEntries(all.criterion.map(({ criterion, ...counts }) => [criterion, Object.values(counts)]));
  assert.deepEqual([verdicts.goal, verdicts.style, verdicts.persona, verdicts.opted_in, verdicts.steps],
    [[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]);
  assert.deepEqual([bins(all.duration_seconds), all.duration_seconds.none, all.duration_seconds.sum], [{ 0: 1, 60: 1 }, 2, 118]);
  assert.deepEqual([bins(all.talk.words), bins(all.talk.turns)], [{ 0: 3, 1: 1 }, { 0: 3, 1: 1 }]);
  assert.deepEqual([bins(all.talk.human_share), all.talk.human_share.none], [{ 0.2: 1 }, 3]);
  const of = async (query) => (await stats(query)).day.map(({ day, calls }) => `${day} ${calls}`);
  assert.deepEqual(await of("?from=2026-03-05&to=2026-03-06"), ["2026-03-05 2"]);
  assert.deepEqual(await of("?from=2026-03-05T00:00:01Z"), ["2026-03-05 1", "2026-03-06 1"]);
  assert.deepEqual(await of("?to=2026-03-05"), ["2026-03-04 1"]);
  assert.deepEqual(await of("?from=2026-03-06&to=2026-03-05"), []);
});

test("what a row keeps for statistics is not shown in lists", async () => {
  for (const row of (await get(worker, "/api/calls")).json.calls) {
    for (const name of ["v", "at", "tally"]) assert.ok(!(name in row), name);
  }
});

test("an answer that is not complete says so, and its cursor leads to the rest", async () => {
  const first = await stats("?limit=3");
  assert.deepEqual([first.calls, first.complete], [3, false]);
  const rest = await stats(`?limit=3&cursor=${first.cursor}`);
  assert.deepEqual([rest.calls, rest.complete, rest.cursor], [1, true, null]);
  assert.deepEqual(rest.day, [{ day: "2026-03-04", calls: 1 }]);
  assertProblem(await get(worker, `/api/stats?from=2026-01-01&cursor=${first.cursor}`), 400, "bad_cursor");
  assertProblem(await get(worker, `/api/calls?cursor=${first.cursor}`), 400, "bad_cursor");
});

test("a replacement and an erasure are counted", async () => {
  await deliver(worker, payload("5", { status: "queue", start_time: "2026-03-09T00:00:00Z" }));
  assert.deepEqual(words((await stats("?from=2026-03-09")).status), { queue: 1 });
  await deliver(worker, payload("5", { status: "busy", start_time: "2026-03-09T00:00:00Z" }));
  assert.deepEqual(words((await stats("?from=2026-03-09")).status), { busy: 1 });
  await erase(worker, "5");
  assert.equal((await stats("?from=2026-03-09")).calls, 0);
});

test("S08: a row that cannot be read is counted by its day alone", async () => {
  const kv = await worker.kv();
  await kv.put("time/8999999999999/odd", "", { metadata: [1] });
  await kv.put("time/8999999999998/bare", "");
  const { calls, unread, day, outcome } = await stats("?to=2002-01-01");
  assert.deepEqual({ calls, unread, day, counts: outcome.counts }, { calls: 2, unread: 2, day: [{ day: "2001-09-09", calls: 2 }], counts: [] });
  for (const key of ["time/8999999999999/odd", "time/8999999999998/bare"]) await kv.delete(key);
});

test("R03, R16: what is no time, no number and no parameter is refused", async () => {
  for (const query of ["limit=0", "limit=10001", "limit=x", "from=yesterday", "to=", "from=1&from=1", "q=x", "colour=red"]) {
    assertProblem(await get(worker, `/api/stats?${query}`), 400, "bad_parameter");
  }
  assertProblem(await get(worker, "/api/stats?from=%zz"), 400, "bad_request");
});

test("R17: an erasure looks through all rows, a list for 1,000, and says so where it may not read as many", async () => {
  const erased = async (id, count) => {
    const { status, headers } = await send(crowded, "DELETE", `/api/calls/${id}`, { headers: { ...reader, "x-crowd": String(count) } });
    return [status, Number(headers["x-kv-calls"])];
  };
  // A read and a list for the call, two lists for its conflicts; its row and its body.
  assert.deepEqual(await erased("crowd-4999", 5_000), [204, 4 + 5 + 2]);
  assert.deepEqual(await erased("crowd-5000", 5_000), [404, 3 + 5]);
  assert.deepEqual(await erased("crowd-5000", 1_100_000), [503, 4 + 900 + 2]);
});

const inCrowd = (count, path) => get(crowded, path, { ...reader, "x-crowd": String(count) });

test("R17: 10,000 calls are counted in one answer, with one storage call for each 1,000", async () => {
  const answer = await inCrowd(10_000, "/api/stats");
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual([answer.json.calls, answer.json.complete], [10_000, true]);
  assert.equal(answer.headers["x-kv-calls"], "10");
  assert.deepEqual(words(answer.json.status), { completed: 2_500, "no-answer": 2_500, busy: 2_500, failed: 2_500 });
});

test("R17: of 100,000 calls an answer counts a part and says so; the parts are the whole", async () => {
  let [total, answers, cursor] = [0, 0, ""];
  do {
    const answer = await inCrowd(100_000, `/api/stats?to=2026-01-02${cursor}`);
    assert.equal(answer.status, 200, answer.text);
    assert.ok(Number(answer.headers["x-kv-calls"]) <= 40);
    assert.equal(answer.json.complete, answer.json.cursor === null);
    [total, answers] = [total + answer.json.calls, answers + 1];
    cursor = answer.json.cursor === null ? null : `&cursor=${answer.json.cursor}`;
  } while (cursor !== null);
  assert.equal(total, 100_000);
  assert.ok(answers >= 10, `${answers} answers`);
});

test("R17: a range far back is found in steps that are bounded, too", async () => {
  let [calls, cursor] = [0, ""];
  do {
    const answer = await inCrowd(100_000, `/api/stats?to=2025-12-31T00:00:00Z&from=2025-12-30T23:59:00Z${cursor}`);
    assert.equal(answer.status, 200, answer.text);
    assert.ok(Number(answer.headers["x-kv-calls"]) <= 40);
    calls += answer.json.calls;
    cursor = answer.json.cursor === null ? null : `&cursor=${answer.json.cursor}`;
  } while (cursor !== null);
  assert.equal(calls, 60);
});
