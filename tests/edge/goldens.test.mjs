// The goldens through HTTP and KV: what every other host computes, this one must store and give back.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertQuarantined, assertStored, call, deliver, erase, keys, raw, sign } from "./client.mjs";
import { SECRET, startWorker } from "./worker.mjs";

const CASES = new URL("../cases/", import.meta.url);
const names = readdirSync(CASES).sort();
// A delivery cannot set options; those cases run on the hosts that can.
const cases = names.filter((name) => !existsSync(new URL(`${name}/options.json`, CASES)));

let open, signed;
before(async () => {
  [open, signed] = await Promise.all([startWorker(), startWorker({ vars: { SIGNING_SECRETS: SECRET } })]);
});
after(() => Promise.all([open?.stop(), signed?.stop()]));

test(`there are goldens: ${cases.length} of ${names.length} need no options`, () => assert.ok(cases.length > 0));

for (const name of cases) {
  const body = readFileSync(new URL(`${name}/payload.json`, CASES));
  const report = JSON.parse(readFileSync(new URL(`${name}/report.json`, CASES), "utf8"));

  test(`golden ${name}`, async () => {
    if (!report.valid) {
      const answer = await deliver(open, body);
      await assertQuarantined(open, answer, body);
      assert.deepEqual(answer.json.issues, report.issues);
      return;
    }
    const { call_id } = report.summary;
    const deliveries = [
      [open, {}],
      [signed, { "x-synthflow-signature": sign(call_id) }],
    ];
    for (const [worker, headers] of deliveries) {
      const answer = await deliver(worker, body, { headers });
      assertStored(answer, "created", call_id);
      assert.deepEqual(answer.json.issues, report.issues);
      const { json } = await call(worker, call_id);
      assert.deepEqual(json.summary, report.summary);
      assert.deepEqual(json.issues, report.issues);
      assert.deepEqual(json.payload, JSON.parse(new TextDecoder().decode(body)));
      assert.deepEqual((await raw(worker, call_id)).bytes, body);
      assert.equal((await erase(worker, call_id)).status, 204);
      assert.equal((await call(worker, call_id)).status, 404);
    }
  });
}

test("nothing of an erased call is left", async () => {
  const left = (await keys(open)).filter((key) => !key.startsWith("quarantine/"));
  assert.deepEqual(left, []);
  assert.deepEqual(await keys(signed), []);
});
