// Bodies that are no payload, or hardly one. The core's own tests know them all; here it counts where they end up.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertQuarantined, assertStored, call, deliver, keys, payload, raw } from "./client.mjs";
import { startWorker } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

async function quarantined(body, code) {
  const before = (await keys(worker)).filter((key) => !key.startsWith("quarantine/"));
  await assertQuarantined(worker, await deliver(worker, body), body, code);
  assert.deepEqual((await keys(worker)).filter((key) => !key.startsWith("quarantine/")), before);
}

test("J01, J17: what is no JSON is kept as no JSON", async () => {
  const whole = payload("x");
  const bodies = [
    whole.slice(0, -1), `${whole}}`, `${whole} x`, `${whole}\n${whole}`, `// c\n${whole}`, whole.replace("}", ",}"),
    whole.replaceAll('"', "'"), `${whole.slice(0, -1)},"a":01}`, `${whole.slice(0, -1)},"a":tru}`, `${whole.slice(0, -1)},"a":"\t"}`,
    "[", '{"a":', '{"a" 1}', "\u0000",
  ];
  for (const body of bodies) await quarantined(body, "invalid_json");
});

test("J02, J10: what an unknown field holds is stored and given back as sent", async () => {
  const values = ["123456789012345678901234567890", "-0", "1E400", "0.10", '"\\u00e9\\/"', "[[],{}]", "9007199254740993"];
  for (const [at, value] of values.entries()) {
    const id = `value-${at}`;
    const body = `{"x": ${value} ,"call":{"call_id":"${id}","status":"completed"}}`;
    assertStored(await deliver(worker, body), "created", id);
    assert.equal((await raw(worker, id)).text, body);
    assert.ok((await call(worker, id)).text.includes(`"payload":${body},`));
  }
});

test("J04: one byte order mark is skipped and kept, two are no JSON", async () => {
  const body = Buffer.concat([BOM, Buffer.from(payload("bom"))]);
  const answer = await deliver(worker, body);
  assertStored(answer, "created", "bom");
  assert.ok(answer.json.issues.some(({ code }) => code === "byte_order_mark"));
  assert.deepEqual((await raw(worker, "bom")).bytes, body);
  assert.deepEqual((await call(worker, "bom")).json.payload, JSON.parse(payload("bom")));
  await quarantined(Buffer.concat([BOM, body]), "invalid_json");
});

test("J05, J06, J07: what is no Unicode text is kept byte for byte, and no record is made of it", async () => {
  await quarantined(Buffer.from(payload("x"), "utf16le"));
  const [before, after] = payload("x", { transcript: "§" }).split("§");
  for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
    await quarantined(Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]), "invalid_utf8");
  }
  for (const escape of ["\\ud800", "\\udc00\\ud800"]) await quarantined(`${before}${escape}${after}`, "lone_surrogate");
});

test("J11: 128 levels are read, more are not", async () => {
  const nested = (levels) => `{"call":{"call_id":"deep","status":"completed"},"x":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
  assertStored(await deliver(worker, nested(128)), "created", "deep");
  for (const levels of [129, 100_000]) await quarantined(nested(levels), "too_deep");
});

test("J12: a doubled key is an error where it is the identity, elsewhere the last one counts", async () => {
  for (const body of ['{"call":{"call_id":"a"},"call":{"call_id":"a"}}', '{"call":{"call_id":"a","call_id":"a"}}', '{"call":{"call_id":"a","\\u0063all_id":"a"}}']) {
    await quarantined(body, "duplicate_key");
  }
  const body = '{"call":{"call_id":"twice","status":"failed","status":"completed"}}';
  const answer = await deliver(worker, body);
  assertStored(answer, "created", "twice");
  const issue = answer.json.issues.find(({ code }) => code === "duplicate_key");
  assert.equal(issue.severity, "warning");
  assert.equal(issue.pointer, "/call/status");
  assert.equal((await call(worker, "twice")).json.summary.status, "completed");
});

test("J15: hostile names are names", async () => {
  const body = `{"call":{"call_id":"names","status":"completed"},"executed_actions":{"__proto__":{"name":"__proto__"},"constructor":{"name":"constructor"},"":{"name":""}},"__proto__":{"isAdmin":true}}`;
  assertStored(await deliver(worker, body), "created", "names");
  const { json, text } = await call(worker, "names");
  assert.ok(text.includes(`"payload":${body},`));
  assert.ok(Object.hasOwn(json.payload, "__proto__"));
  assert.equal({}.isAdmin, undefined);
  assert.equal(json.summary.actions.total, 3);
});

test("J16: an array is never read as an object by position", async () => {
  for (const body of ['{"call":["completed","id"]}', '{"call":"id"}', '{"call":null}', '["completed","",{},{"call_id":"id"}]']) {
    await quarantined(body, "invalid_type");
  }
  await quarantined('{"call":{"call_id":"id"},"lead":["name","phone"]}', "invalid_type");
});

test("J20: words that nobody knows yet are stored as sent", async () => {
  const body = payload("new-words", { status: "teleported", end_call_reason: "Agent Went Home " });
  const answer = await deliver(worker, body);
  assertStored(answer, "created", "new-words");
  assert.equal((await call(worker, "new-words")).json.summary.status, "teleported");
});
