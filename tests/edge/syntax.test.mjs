// Bodies that are no payload, or hardly one. The core's own tests know them all; here it counts where they end up.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertQuarantined, assertStored, call, deliver, get, keys, payload, raw, send } from "./client.mjs";
import { startWorker } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker({ observed: true })));
after(() => worker?.stop());

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Delivers bodies that must end in quarantine, each for the same error, and nowhere else. */
async function quarantined(code, ...bodies) {
  const records = async () => (await keys(worker)).filter((key) => !key.startsWith("quarantine/"));
  const before = await records();
  for (let at = 0; at < bodies.length; at += 8) {
    await Promise.all(bodies.slice(at, at + 8).map(async (body) => assertQuarantined(worker, await deliver(worker, body), body, code)));
  }
  assert.deepEqual(await records(), before);
}

test("J01, J17: what is no JSON is kept as no JSON", async () => {
  const whole = payload("x");
  const bodies = [
    whole.slice(0, -1), `${whole}}`, `${whole} x`, `${whole}\n${whole}`, `// c\n${whole}`, whole.replace("}", ",}"),
    whole.replaceAll('"', "'"), `${whole.slice(0, -1)},"a":01}`, `${whole.slice(0, -1)},"a":tru}`, `${whole.slice(0, -1)},"a":"\t"}`,
    "[", '{"a":', '{"a" 1}', "\u0000",
  ];
  await quarantined("invalid_json", ...bodies);
});

test("J02, J10: what an unknown field holds is stored and given back as sent", async () => {
  const values = [
    "123456789012345678901234567890", "-0", "1E400", "0.10", '"\\u00e9\\/"', "9007199254740993", "9223372036854775808", "18446744073709551616", "{}",
  ];
  const places = [
    (value) => `"x": ${value} `, (value) => `"x":[ ${value} ,[]]`, (value) => `"metadata":{"x": ${value} }`, (value) => `"collected_variables":{"x":{"value": ${value} ,"collected":true}}`,
    (value) => `"executed_actions":{"a":{"name":"a","return_value":{"x": ${value} }}}`,
  ];
  for (const [at, [value, place]] of values.flatMap((value) => places.map((place) => [value, place])).entries()) {
    const id = `value-${at}`;
    const body = `{${place(value)},"call":{"call_id":"${id}","status":"completed"}}`;
    assertStored(await deliver(worker, body), "created", id);
    assert.equal((await raw(worker, id)).text, body);
    const { text, json } = await call(worker, id);
    assert.ok(text.includes(`"payload":${body},`), body);
    assert.deepEqual(json.payload, JSON.parse(body));
  }
  await quarantined("invalid_type", ...values.filter((value) => /^-?\d/.test(value)).map((value) => `{"call":{"call_id":${value}}}`));
});

test("J04: one byte order mark is skipped and kept, two are no JSON", async () => {
  const body = Buffer.concat([BOM, Buffer.from(payload("bom"))]);
  const answer = await deliver(worker, body);
  assertStored(answer, "created", "bom");
  assert.ok(answer.json.issues.some(({ code }) => code === "byte_order_mark"));
  assert.deepEqual((await raw(worker, "bom")).bytes, body);
  assert.deepEqual((await call(worker, "bom")).json.payload, JSON.parse(payload("bom")));
  await quarantined("invalid_json", Buffer.concat([BOM, body]));
});

/** A text in four bytes a character. */
function utf32(text, write) {
  const bytes = Buffer.alloc([...text].length * 4);
  for (const [at, character] of [...text].entries()) bytes[write](character.codePointAt(0), at * 4);
  return bytes;
}

test("J05: UTF-16 and UTF-32, of either order, with a mark and without, are no JSON", async () => {
  const whole = payload("x", { transcript: "bot: 😀" });
  for (const text of [whole, `\uFEFF${whole}`]) {
    const forms = [Buffer.from(text, "utf16le"), Buffer.from(text, "utf16le").swap16(), utf32(text, "writeUInt32LE"), utf32(text, "writeUInt32BE")];
    await quarantined("invalid_json", ...forms);
  }
});

test("J06: what is no UTF-8 is kept byte for byte, and no record is made of it", async () => {
  const wrong = [
    [0xff], [0x80], [0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x80, 0xaf], [0xf0, 0x80, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
    [0xf4, 0x90, 0x80, 0x80], [0xf8, 0x88, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xc3],
  ];
  const places = [payload("x", { transcript: "§" }), payload("x§"), '{"call":{"call_id":"x","§":1}}', '{"call":{"call_id":"x"},"metadata":{"a":["§"]}}'];
  const inside = (place, bytes) => {
    const [before, after] = place.split("§");
    return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
  };
  await quarantined("invalid_utf8", ...places.flatMap((place) => wrong.map((bytes) => inside(place, bytes))));
});

test("J07: half of a surrogate pair is kept, no record is made of it, and no answer holds one", async () => {
  const halves = [
    ...["\\ud800", "\\udc00\\ud800", "\\ud83d\\ud83d\\ude00", "\\ud83dx\\ude00"].map((transcript) => `{"call":{"call_id":"x","transcript":"${transcript}"}}`),
    '{"call":{"call_id":"x","transcript":"\\ud83d","timezone":"\\ude00"}}', '{"call":{"call_id":"x"},"\\ud83d":"\\ude00"}',
    '{"call":{"call_id":"x"},"metadata":{"a":["\\ud83d","\\ude00"]}}', '{"call":{"call_id":"x\\ud800"}}',
  ];
  const isWhole = (value) => typeof value !== "object" || value === null ? String(value).isWellFormed() : Object.entries(value).every(([key, inside]) => key.isWellFormed() && isWhole(inside));
  await quarantined("lone_surrogate", ...halves);
  for (const body of halves) {
    for (const answer of [await deliver(worker, body), await get(worker, "/api/quarantine?limit=100")]) assert.ok(isWhole(answer.json), answer.text);
  }
  assertStored(await deliver(worker, payload("pair").replace("{", '{"x":"\\ud83d\\ude00",')), "created", "pair");
});

test("J11: 128 levels are read, more are not, of arrays and objects, wherever they stand", async () => {
  const shapes = { arrays: () => "[", objects: () => '{"a":', mixed: (level) => (level % 2 ? "[" : '{"a":') };
  // How deep in the document each place is.
  const places = { '"x":§': 1, '"metadata":{"x":§}': 2, '"executed_actions":{"a":{"name":"a","return_value":§}}': 3 };
  const nested = (id, shape, place, levels) => {
    const open = Array.from({ length: levels - places[place] }, (_, level) => shapes[shape](level));
    const close = open.toReversed().map((sign) => (sign === "[" ? "]" : "}"));
    const value = `${open.join("")}${open.at(-1) === "[" ? "" : "1"}${close.join("")}`;
    return `{"call":{"call_id":"${id}","status":"completed"},${place.replace("§", value)}}`;
  };
  for (const shape of Object.keys(shapes)) {
    for (const [at, place] of Object.keys(places).entries()) {
      for (const levels of [127, 128]) {
        const id = `deep-${shape}-${at}-${levels}`;
        const body = nested(id, shape, place, levels);
        assertStored(await deliver(worker, body), "created", id);
        assert.equal((await raw(worker, id)).text, body);
        assert.ok((await call(worker, id)).text.includes(`"payload":${body},`));
      }
      await quarantined("too_deep", ...[129, 100_000].map((levels) => nested("deeper", shape, place, levels)));
    }
  }
});

test("J12: a doubled key is an error where it is the identity, elsewhere the last one counts", async () => {
  const twice = ['{"call":{"call_id":"a"},"call":{"call_id":"a"}}', '{"call":{"call_id":"a","call_id":"a"}}', '{"call":{"call_id":"a","\\u0063all_id":"a"}}'];
  await quarantined("duplicate_key", ...twice);
  for (const [at, name] of ["status", "st\\u0061tus"].entries()) {
    const body = `{"call":{"call_id":"twice-${at}","status":"failed","${name}":"completed"},"metadata":{"a":[{"b":1,"b":2}]}}`;
    const answer = await deliver(worker, body);
    assertStored(answer, "created", `twice-${at}`);
    const issues = answer.json.issues.filter(({ code }) => code === "duplicate_key");
    assert.deepEqual(issues.map(({ severity, pointer }) => [severity, pointer]), [["warning", "/call/status"], ["warning", "/metadata/a/0/b"]]);
    assert.equal((await call(worker, `twice-${at}`)).json.summary.status, "completed");
    assert.equal((await raw(worker, `twice-${at}`)).text, body);
  }
});

test("J15: hostile names are names", async () => {
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", ""];
  const all = (spell) => names.map((name) => `"${name}":${spell(name)}`).join();
  const body = `{"call":{"call_id":"names","status":"completed"},"executed_actions":{${all((name) => `{"name":"${name}","return_value":{${all(() => '{"isAdmin":true}')}}}`)}},`
    + `"analysis":{${all(() => '"true"')}},"collected_variables":{${all((name) => `{"value":"of ${name}","collected":true}`)}},"metadata":{${all(() => '{"isAdmin":true}')}},${all(() => '{"isAdmin":true}')}}`;
  assertStored(await deliver(worker, body), "created", "names");
  const { json, text } = await call(worker, "names");
  assert.ok(text.includes(`"payload":${body},`));
  const [exported] = (await get(worker, "/api/export?format=ndjson")).text.split("\n").filter((line) => line.includes('"call_id":"names"'));
  for (const { payload: given, summary } of [json, JSON.parse(exported)]) {
    for (const object of [given, given.executed_actions, given.analysis, given.metadata]) for (const name of names) assert.ok(Object.hasOwn(object, name), name);
    assert.equal(summary.actions.total, names.length);
    assert.deepEqual(Object.entries(summary.variables).sort(), names.map((name) => [name, `of ${name}`]).sort());
  }
  const { realm } = (await send(worker, "GET", "/", { headers: { "x-observe": "1" } })).json;
  assert.deepEqual(realm, { own: Object.getOwnPropertyNames(Object.prototype), isAdmin: false });
});

test("J16: an array is never read as an object by position", async () => {
  const inside = ['"lead":["name","phone"]', '"analysis":["true"]', '"analysis":[]', '"executed_actions":{"a":["a"]}', '"metadata":["x"]', '"collected_variables":["x"]'];
  await quarantined(
    "invalid_type", '{"call":["completed","id"]}', '{"call":"id"}', '{"call":null}', '["completed","",{},{"call_id":"id"}]',
    ...inside.map((member) => `{"call":{"call_id":"id"},${member}}`),
  );
});

test("J20: words that nobody knows yet are stored as sent, and noted; other spellings of those that are known are not", async () => {
  const words = [
    ["status", "teleported", true], ["status", "Completed", false], ["status", "completed ", false], ["status", "no_answer", false], ["status", "NO-ANSWER", false],
    ["end_call_reason", "Agent Went Home ", true], ["end_call_reason", "Agent-Goodbye", false], ["end_call_reason", "agent_goodbye ", false],
  ];
  for (const [at, [field, word, is_unknown]] of words.entries()) {
    const id = `word-${at}`;
    const body = payload(id, { [field]: word });
    const answer = await deliver(worker, body);
    assertStored(answer, "created", id);
    const unknown = answer.json.issues.filter(({ code }) => code === "unknown_value").map(({ pointer }) => pointer);
    assert.deepEqual(unknown.filter((pointer) => pointer === `/call/${field}`), is_unknown ? [`/call/${field}`] : [], word);
    const { json } = await call(worker, id);
    assert.deepEqual([json.payload.call[field], json.summary[field]], [word, word]);
    assert.equal((await raw(worker, id)).text, body);
  }
  const body = '{"call":{"call_id":"words","status":"completed"},"analysis":{"goal":"mostly"},"executed_actions":{"a":{"name":"a","action_type":"teleport_action"}}}';
  const answer = await deliver(worker, body);
  assertStored(answer, "created", "words");
  const unknown = answer.json.issues.filter(({ code }) => code === "unknown_value").map(({ pointer }) => pointer);
  assert.deepEqual(unknown, ["/analysis/goal", "/executed_actions/a/action_type"]);
  assert.equal((await raw(worker, "words")).text, body);
});
