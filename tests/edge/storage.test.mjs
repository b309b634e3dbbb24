// What is stored, under which keys, and what becomes of deliveries that meet what is stored already.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import {
  assertProblem, assertQuarantined, assertStored, call, callPath, contents, deliver, encode, erase, get, keys, payload, raw, reader, send,
} from "./client.mjs";
import { newFolder, startWorker } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const keysOf = async (id) => (await keys(worker)).filter((key) => key.split("/").includes(encode(id)));

async function assertOneRecord(id) {
  const of = await keysOf(id);
  assert.equal(of.filter((key) => key.startsWith("call/")).length, 1, of.join());
  assert.equal(of.filter((key) => key.startsWith("time/")).length, 1, of.join());
  return of;
}

test("S01, S02: any id is stored under a key of its own, readable and erasable through its URL", async () => {
  const ids = [
    "a/b", "a%2Fb", "../../x", "\0", "new\nline", "?", "#", "a b", "+", "😀", "\u00e9", "e\u0301", "...", "a'(b)*!", ";x=1",
    "call/x", "time/0000000000000/x", "conflict/x/y", "quarantine/x", "raw", "a/raw", "i".repeat(128), "\0".repeat(128),
  ];
  for (const id of ids) {
    assertStored(await deliver(worker, payload(id)), "created", id);
    for (const key of await assertOneRecord(id)) assert.ok(Buffer.byteLength(key) <= 512);
  }
  const listed = (await get(worker, "/api/calls?limit=100")).json.calls.map(({ call_id }) => call_id);
  for (const id of ids) {
    assert.equal(listed.filter((other) => other === id).length, 1, JSON.stringify(id));
    assert.equal((await raw(worker, id)).text, payload(id));
    assert.equal((await call(worker, id)).json.record.call_id, id);
    assert.equal((await erase(worker, id)).status, 204);
    assertProblem(await call(worker, id), 404, "not_found");
  }
  assert.deepEqual(await keys(worker), []);
});

test("S01: an id that no key or no URL can hold is quarantined", async () => {
  for (const id of [".", "..", "i".repeat(129), "€".repeat(43), "i".repeat(1_000_000)]) {
    const body = payload(id);
    await assertQuarantined(worker, await deliver(worker, body), body, "unusable_id");
    assert.deepEqual((await keys(worker)).filter((key) => !key.startsWith("quarantine/")), []);
  }
});

test("S03: a row is at most 1,000 bytes of JSON, whatever its texts are", async () => {
  const kv = await worker.kv();
  for (const id of ["s03", "\u0001".repeat(128)]) {
    for (const [at, text] of ["x".repeat(500), "😀".repeat(250), "\u0001".repeat(500), "\u2028".repeat(200)].entries()) {
      const body = JSON.stringify({ lead: { name: text }, call: { call_id: id, status: text, end_call_reason: text, custom_end_call_reason: `${at}` } });
      assertStored(await deliver(worker, body), "created", id);
      for (const key of await assertOneRecord(id)) {
        const { metadata } = await kv.getWithMetadata(key);
        const bytes = Buffer.byteLength(JSON.stringify(metadata));
        assert.ok(bytes <= 1_000, `${bytes} bytes`);
        assert.ok(JSON.stringify(metadata).isWellFormed());
      }
      const [row] = (await get(worker, "/api/calls")).json.calls;
      assert.equal(row.call_id, id);
      assert.ok(Buffer.byteLength(JSON.stringify(row)) <= 1_000);
      await erase(worker, id);
    }
  }
  // A number is spelled by the storage, and has more digits there than here.
  for (const length of [60, 80, 90, 95, 100, 105]) {
    const id = "\u0001".repeat(length);
    const call = { call_id: id, status: "completed", start_time: "2026-03-04T14:22:07Z", end_call_reason: "custom_end_call", custom_end_call_reason: "z".repeat(600) };
    const body = JSON.stringify({ lead: { name: "N".repeat(200) }, call }).replace(/\}\}$/, ',"duration":1e19}}');
    assertStored(await deliver(worker, body), "created", id);
    const { text } = await get(worker, "/api/calls");
    const row = text.slice('{"calls":['.length, text.lastIndexOf('],"cursor"'));
    assert.ok(Buffer.byteLength(row) <= 1_000, `${Buffer.byteLength(row)} bytes`);
    await erase(worker, id);
  }
});

test("S06: a missing index row is written by the next repeat, and erasure removes what is left", async () => {
  const kv = await worker.kv();
  const id = "s06";
  const body = payload(id, { start_time: "2026-03-04T14:22:07Z" });
  await deliver(worker, body);
  const [row] = (await keysOf(id)).filter((key) => key.startsWith("time/"));
  const { metadata } = await kv.getWithMetadata(row);
  await kv.delete(row);
  assert.equal((await call(worker, id)).status, 200);
  assertStored(await deliver(worker, body), "duplicate", id);
  assert.deepEqual((await kv.getWithMetadata(row)).metadata, metadata);
  // A row that a failed replacement left behind says what the body before it was.
  await kv.put(row, "", { metadata: { ...metadata, status: "queue", outcome: "in_progress" } });
  assertStored(await deliver(worker, body), "duplicate", id);
  assert.deepEqual((await kv.getWithMetadata(row)).metadata, metadata);
  await kv.delete(`call/${id}`);
  assert.equal((await call(worker, id)).status, 404);
  assert.equal((await get(worker, "/api/calls")).status, 200);
  assertStored(await deliver(worker, body), "created", id);
  await erase(worker, id);
});

test("S08: what is stored and cannot be read is shown as far as it can be", async () => {
  const kv = await worker.kv();
  const stored = { "no-json": "{", "no-text": new Uint8Array([0xff]), "other-rules": '{"call":{"call_id":7}}' };
  for (const [id, value] of Object.entries(stored)) {
    await kv.put(`call/${id}`, value);
    await kv.put(`time/8999999999999/${id}`, "");
    const answer = await call(worker, id);
    assert.equal(answer.status, 200);
    assert.equal(answer.json.summary, null);
    assert.deepEqual(answer.json.payload, id === "other-rules" ? JSON.parse(value) : null);
    assert.ok(answer.json.issues.length > 0);
    assert.deepEqual((await raw(worker, id)).bytes, Buffer.from(value));
  }
  for (const metadata of [null, 7, [], "x", { v: 99, status: {} }]) await kv.put("time/8999999999998/odd", "", { metadata });
  const rows = (await get(worker, "/api/calls")).json.calls;
  assert.deepEqual(rows.map(({ call_id }) => call_id), ["odd", ...Object.keys(stored)]);
  for (const id of Object.keys(stored)) assert.equal((await erase(worker, id)).status, 204);
  for (const key of await keys(worker)) if (key.startsWith("time/")) await kv.delete(key);
});

test("S08: repeats of a call whose metadata cannot be read and which does not say when it began add no rows", async () => {
  const kv = await worker.kv();
  const body = payload("s08 when");
  await kv.put("call/s08%20when", body, { metadata: { v: 99, at: 5 } });
  for (let again = 0; again < 3; again += 1) assertStored(await deliver(worker, body), "duplicate", "s08 when");
  assert.deepEqual(await keysOf("s08 when"), ["call/s08%20when"]);
  await erase(worker, "s08 when");
});

test("S09: the same delivery many times at once is one record and one row", async () => {
  for (const times of [2, 16, 100]) {
    const id = `s09-${times}`;
    const body = payload(id, { start_time: "2026-03-04T14:22:07-05:00" });
    const answers = await Promise.all(Array.from({ length: times }, () => deliver(worker, body)));
    for (const { status } of answers) assert.ok(status === 200 || status === 503, String(status));
    assertStored(await deliver(worker, body), "duplicate", id);
    assert.equal((await assertOneRecord(id)).length, 2);
    const before = await contents(worker);
    assertStored(await deliver(worker, body), "duplicate", id);
    assert.deepEqual(await contents(worker), before);
    await erase(worker, id);
  }
});

const orders = ([first, ...rest]) => rest.length === 0 ? [[first]] : orders(rest).flatMap((order) => [...rest, null].map((_, at) => order.toSpliced(at, 0, first)));

test("S10: queue, initiated and completed end as completed in every order", async () => {
  const all = orders(["queue", "initiated", "completed"]);
  assert.equal(new Set(all.map(String)).size, 6);
  for (const [at, order] of all.entries()) {
    const id = `s10-${at}`;
    let is_final = false;
    for (const [step, status] of order.entries()) {
      const word = is_final ? "stale" : step === 0 ? "created" : "updated";
      assertStored(await deliver(worker, payload(id, { status })), word, id);
      is_final ||= status === "completed";
    }
    assert.equal((await raw(worker, id)).text, payload(id));
    assert.equal((await assertOneRecord(id)).length, 2, "what is stale is kept nowhere");
    const row = (await get(worker, "/api/calls?q=" + id)).json.calls;
    assert.deepEqual(row.map(({ status }) => status), ["completed"]);
    await erase(worker, id);
  }
});

test("S10: every sequence of four deliveries of three statuses is answered by the rule and ends with its last state", async () => {
  const statuses = ["queue", "ringing", "completed"];
  const sequences = (length) => (length === 0 ? [[]] : sequences(length - 1).flatMap((rest) => statuses.map((status) => [...rest, status])));
  const one = async (sequence) => {
    const id = `s10-${sequence}`;
    const start_time = "2026-03-04T14:22:07Z";
    let stored = null;
    for (const status of sequence) {
      const word = stored === null ? "created" : stored === status ? "duplicate" : stored === "completed" ? "stale" : "updated";
      assertStored(await deliver(worker, payload(id, { status, start_time })), word, id);
      if (word !== "stale") stored = status;
    }
    assert.equal((await raw(worker, id)).text, payload(id, { status: stored, start_time }));
    return id;
  };
  const ids = await Promise.all(sequences(4).map(one));
  assert.equal(ids.length, 81);
  const kept = (await keys(worker)).filter((key) => key.includes("/s10-")).map((key) => key.replace(/^time\/\d{13}/, "time"));
  assert.deepEqual(kept.sort(), ["call", "time"].flatMap((kind) => ids.map((id) => `${kind}/${encode(id)}`)).sort());
  const listed = (await get(worker, "/api/calls?limit=100&q=s10-")).json.calls;
  assert.deepEqual(listed.map(({ call_id }) => call_id).sort(), ids.sort());
  for (const { call_id, status } of listed) assert.equal(status, call_id.includes("completed") ? "completed" : call_id.split(/[-,]/).at(-1));
  await Promise.all(ids.map((id) => erase(worker, id)));
});

test("S10: all three at once, each many times, leave one whole record, and repeating them ends the same", async () => {
  const id = "s10-at-once";
  const bodies = ["queue", "initiated", "completed"].map((status) => payload(id, { status, start_time: "2026-03-04T14:22:07Z" }));
  const answers = await Promise.all(Array.from({ length: 24 }, (_, at) => deliver(worker, bodies[at % 3])));
  for (const { status } of answers) assert.ok(status === 200 || status === 503, String(status));
  assert.ok(bodies.includes((await raw(worker, id)).text));
  for (const body of bodies) assert.equal((await deliver(worker, body)).status, 200);
  assert.equal((await raw(worker, id)).text, bodies[2]);
  assert.equal((await assertOneRecord(id)).length, 2);
  await erase(worker, id);
});

test("S11: of two final bodies the first stays, and the other is kept beside it, once", async () => {
  const id = "s11";
  const [first, second] = [payload(id), payload(id, { duration: 5 })];
  assertStored(await deliver(worker, first), "created");
  assertStored(await deliver(worker, second), "conflict");
  const before = await contents(worker);
  assertStored(await deliver(worker, first), "duplicate");
  assertStored(await deliver(worker, second), "conflict");
  assert.deepEqual(await contents(worker), before);
  assert.equal((await raw(worker, id)).text, first);
  const [conflict] = (await get(worker, "/api/conflicts")).json.conflicts;
  assert.equal(conflict.call_id, id);
  const path = `/api/conflicts/${encodeURIComponent(conflict.id)}`;
  assert.equal((await get(worker, `${path}/raw`)).text, second);
  assert.deepEqual((await call(worker, id)).json.record.conflicts.map((other) => other.id), [conflict.id]);
  assert.equal((await erase(worker, id)).status, 204);
  assert.equal((await get(worker, `${path}/raw`)).status, 404);
  assert.deepEqual(await keysOf(id), []);
});

test("S11: the answer about a call says where it has more conflicts than are listed", async () => {
  const id = "s11-many";
  await deliver(worker, payload(id));
  const kv = await worker.kv();
  const metadata = { v: 1, received_at: "2026-03-04T14:22:07.000Z", size: 2, check: "token", issues: [] };
  const put = (from, to) => Promise.all(Array.from({ length: to - from }, (_, at) => kv.put(`conflict/${id}/${String(from + at).padStart(64, "0")}`, "{}", { metadata })));
  const told = async () => {
    const { conflicts, more_conflicts } = (await call(worker, id)).json.record;
    assert.equal(new Set(conflicts.map((conflict) => conflict.id)).size, conflicts.length);
    return [conflicts.length, more_conflicts];
  };
  assert.deepEqual(await told(), [0, false]);
  await put(0, 1_001);
  assert.deepEqual(await told(), [1_001, false]);
  await put(1_001, 3_001);
  assert.deepEqual(await told(), [3_000, true]);
  // More than one request may erase: each goes on where the one before it had to end.
  const statuses = [];
  while (statuses.at(-1) !== 204) {
    statuses.push((await erase(worker, id)).status);
    assert.ok(statuses.length < 9, statuses.join());
  }
  assert.deepEqual([...new Set(statuses)], [503, 204]);
  assert.deepEqual(await keysOf(id), []);
});

test("S11: two final bodies at once leave one whole record, and the other beside it once both are repeated", async () => {
  const id = "s11-at-once";
  const bodies = [1, 2].map((duration) => payload(id, { duration, start_time: "2026-03-04T14:22:07Z" }));
  await Promise.all(bodies.map((body) => deliver(worker, body)));
  for (const body of bodies) assert.equal((await deliver(worker, body)).status, 200);
  const record = (await raw(worker, id)).text;
  assert.ok(bodies.includes(record));
  const { conflicts } = (await call(worker, id)).json.record;
  assert.equal(conflicts.length, 1);
  const other = await get(worker, `/api/conflicts/${encodeURIComponent(conflicts[0].id)}/raw`);
  assert.deepEqual([record, other.text].sort(), bodies);
  await assertOneRecord(id);
  const [row] = (await get(worker, `/api/calls?q=${id}`)).json.calls;
  assert.equal(row.duration_seconds, JSON.parse(record).call.duration);
  await erase(worker, id);
});

test("S04: what is stored is read whatever size may arrive today", async (t) => {
  const persist = newFolder();
  t.after(() => rmSync(persist, { recursive: true, force: true }));
  const body = payload("whole", { transcript: "bot: one two\n".repeat(200) });
  const large = await startWorker({ persist, vars: { MAX_BODY_BYTES: "26214400" } });
  t.after(() => large.stop());
  // More than the core reads where it is not told otherwise.
  const queue = payload("large", { status: "queue", transcript: `bot: ${"x".repeat(17 << 20)}` });
  assertStored(await deliver(large, queue), "created", "large");
  assertStored(await deliver(large, payload("large")), "updated", "large");
  assertStored(await deliver(large, body), "created", "whole");
  await large.stop();
  const small = await startWorker({ persist, vars: { MAX_BODY_BYTES: "1000" } });
  t.after(() => small.stop());
  assertProblem(await deliver(small, body), 413, "too_large");
  const one = (await call(small, "whole")).json;
  assert.deepEqual(one.payload, JSON.parse(body));
  assert.equal(one.summary.talk.words, 400);
  const lines = (await get(small, "/api/export?format=ndjson")).text.trim().split("\n").map((line) => JSON.parse(line));
  const line = lines.find(({ record }) => record.call_id === "whole");
  assert.deepEqual([line.payload, line.summary], [one.payload, one.summary]);
  const row = (await get(small, "/api/export?format=csv")).text.split("\r\n").find((line) => line.startsWith("whole,"));
  assert.match(row, /,completed,connected,.*,400,/);
});

test("S13: retention sets one expiry on every key of a delivery, and what is no number of days keeps for ever", async (t) => {
  for (const [days, ttl] of [["", null], ["0", null], ["1", 86_400], ["24855", 24_855 * 86_400], ["24856", null], ["0.5", null], ["-1", null], ["abc", null], ["1e9", null]]) {
    const other = await startWorker({ vars: { RETENTION_DAYS: days } });
    t.after(() => other.stop());
    const began = Math.floor(Date.now() / 1_000);
    await deliver(other, payload("kept"));
    await deliver(other, payload("kept", { duration: 1 }));
    await deliver(other, "{");
    const listed = (await (await other.kv()).list()).keys;
    assert.deepEqual(listed.map(({ name }) => name.split("/")[0]), ["call", "conflict", "quarantine", "time"]);
    for (const { expiration } of listed) {
      if (ttl === null) assert.equal(expiration, undefined);
      else assert.ok(Math.abs(expiration - began - ttl) < 30);
    }
    const named = (await get(other, "/healthz", {})).json.settings.map(({ setting }) => setting);
    assert.deepEqual(named, ["", "0", "1", "24855"].includes(days) ? [] : ["RETENTION_DAYS"], days);
    await other.stop();
  }
});

test("S16: an unknown call cannot be erased, an erased one is stored anew", async () => {
  assertProblem(await erase(worker, "s16"), 404, "not_found");
  for (let again = 0; again < 2; again += 1) {
    assertStored(await deliver(worker, payload("s16", { status: "queue" })), "created");
    assertStored(await deliver(worker, payload("s16")), "updated");
    assertStored(await deliver(worker, payload("s16", { duration: 1 })), "conflict");
    const [conflict] = (await call(worker, "s16")).json.record.conflicts;
    assert.equal((await erase(worker, "s16")).status, 204);
    assert.deepEqual(await keysOf("s16"), []);
    for (const path of [callPath("s16"), `${callPath("s16")}/raw`, `/api/conflicts/${encodeURIComponent(conflict.id)}/raw`]) assertProblem(await get(worker, path), 404, "not_found");
    assert.deepEqual((await get(worker, "/api/calls?q=s16")).json.calls, []);
    assertProblem(await erase(worker, "s16"), 404, "not_found");
  }
  assertStored(await deliver(worker, payload("s16")), "created");
});

test("a quarantined body is listed without its content, read, and erased", async () => {
  const body = '{"call":{"call_id":""},"lead":{"name":"Nobody Example"}}';
  const { json } = await deliver(worker, body);
  const before = await contents(worker);
  assert.equal((await deliver(worker, body)).json.id, json.id);
  assert.deepEqual(await contents(worker), before);
  const list = await get(worker, "/api/quarantine?limit=100");
  const row = list.json.quarantine.find(({ id }) => id === json.id);
  assert.equal(row.size, body.length);
  assert.equal(row.check, "token");
  assert.ok(row.issues.some(({ code }) => code === "unusable_id"));
  assert.ok(!list.text.includes("Nobody"));
  const path = `/api/quarantine/${json.id}`;
  assert.equal((await send(worker, "DELETE", path, { headers: reader })).status, 204);
  assertProblem(await send(worker, "DELETE", path, { headers: reader }), 404, "not_found");
  assertProblem(await get(worker, "/api/quarantine/..%2fcall%2fs16/raw"), 404, "not_found");
  assertProblem(await get(worker, `${callPath("absent")}/raw`), 404, "not_found");
});
