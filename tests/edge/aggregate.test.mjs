// The package's `aggregate` counts what the Worker's statistics count.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { aggregate, safeSummarize } from "postcall";
import { assertWellBehaved, deliver, get } from "./client.mjs";
import { startWorker } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const DAY = 86_400_000;

/** Calls of every kind that the goldens have, and some with odd words and lengths; each with an id and a start of its own. */
function calls() {
  const root = join(import.meta.dirname, "..", "cases");
  const goldens = readdirSync(root).flatMap((name) => {
    try {
      const value = JSON.parse(readFileSync(join(root, name, "payload.json"), "utf8"));
      return safeSummarize(value).success ? [value] : [];
    } catch {
      return [];
    }
  });
  const words = ["completed", "Completed", "NO_ANSWER", "cancelled", "User Cancelled", "teleported", "Teleported", "", null];
  const odd = words.flatMap((status, at) =>
    [0, 9.5, 10, 59, 600, 1e5, null, "113"].map((duration) => ({
      call: { status, end_call_reason: words.at(-at - 1), duration, transcript: `bot: ${"a ".repeat(at * 30)}\nhuman: ${"b ".repeat(at)}\n` },
      analysis: { goal: ["partial", false, "true", null, "what?"][at % 5], style: at % 2 === 0, no_opt_out: "false" },
    })),
  );
  return [...goldens, ...odd].map((value, at) => {
    const start_time = new Date(Date.UTC(2026, 2, 1) + at * (DAY / 7) + at).toISOString();
    return { ...value, call: { ...value.call, call_id: `call-${at}`, start_time } };
  });
}

test("the same calls give the same counts", async () => {
  const bodies = calls();
  assert.ok(bodies.length > 80, `${bodies.length}`);
  for (const body of bodies) assert.equal((await deliver(worker, JSON.stringify(body))).status, 200);
  const answer = await get(worker, "/api/stats");
  assertWellBehaved(answer);
  // The Worker counts the newest call first.
  const { criterion, ...found } = aggregate(bodies.reverse().map((body) => safeSummarize(body).summary));
  const { criterion: wanted, ...others } = answer.json;
  assert.equal(found.calls, bodies.length);
  const sum = ({ duration_seconds }) => duration_seconds.sum;
  assert.ok(Math.abs(sum(found) - sum(others)) < 1e-6);
  found.duration_seconds.sum = others.duration_seconds.sum;
  for (const name of ["turns", "words", "human_share"]) {
    assert.ok(Math.abs(found.talk[name].sum - others.talk[name].sum) < 1e-6);
    found.talk[name].sum = others.talk[name].sum;
  }
  assert.deepEqual(found, others);
  // A summary names the criteria that were not met.
  assert.deepEqual(criterion, wanted.map((row) => ({ ...row, passed: null, not_applicable: null })));
  assert.ok(wanted.some(({ partial }) => partial > 0) && wanted.some(({ failed }) => failed > 0));
});
