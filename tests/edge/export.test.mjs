// Exports: what a line and a row hold, how they are streamed, and where one answer ends.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, test } from "node:test";
import { assertProblem, assertStored, call, deliver, erase, get, payload, reader, send } from "./client.mjs";
import { startWorker } from "./worker.mjs";

let worker, crowded, faulty;
before(async () => {
  [worker, crowded, faulty] = await Promise.all([startWorker(), startWorker({ crowd: true }), startWorker({ faults: true })]);
});
after(() => Promise.all([worker?.stop(), crowded?.stop(), faulty?.stop()]));

const start = (minute) => new Date(Date.UTC(2026, 2, 4, 12, minute)).toISOString();
const lines = ({ text }) => text.split("\n").filter(Boolean).map((line) => JSON.parse(line));

/** The rows of a CSV by RFC 4180: every cell as it was before it was written. */
function readCsv(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  assert.deepEqual(rows.pop(), [""], "it ends with the end of a row");
  const [names, ...cells] = rows;
  return cells.map((row) => {
    assert.equal(row.length, names.length);
    return Object.fromEntries(names.map((name, place) => [name, row[place]]));
  });
}

const exported = async (query, of = worker) => {
  const answer = await get(of, `/api/export?${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer;
};

test("an export of nothing is empty, but for the names of the columns", async () => {
  assert.equal((await exported("format=ndjson")).text, "");
  const csv = await exported("format=csv");
  assert.match(csv.text, /^call_id,received_at,started_at,[a-z_,]+,issues\r\n$/);
  assert.deepEqual(readCsv(csv.text), []);
});

test("a line is what the call's own route answers, payload and all, and its head says what it is", async () => {
  const body = readFileSync(new URL("../cases/documented-shape/payload.json", import.meta.url));
  const wide = '\uFEFF{"call": {\r\n"call_id": "wide",\n "start_time": "2026-03-04T12:00:00Z", "odd": 12345678901234567890123 }}';
  for (const one of [body, wide]) assert.equal((await deliver(worker, one)).json.stored, "created");
  // What a row has noted may be that of an earlier body.
  const kv = await worker.kv();
  const { keys: rows } = await kv.list({ prefix: "time/" });
  for (const { name, metadata } of rows) {
    await kv.put(name, "", { metadata: { ...metadata, received_at: "2026-01-01T00:00:00.000Z", tally: { ...metadata.tally, size: 100 } } });
  }
  const answer = await exported("format=ndjson");
  assert.equal(answer.headers["content-type"], "application/x-ndjson");
  assert.equal(answer.headers["content-disposition"], 'attachment; filename="postcall-calls.ndjson"');
  assert.equal(answer.headers["cache-control"], "no-store");
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
  assert.equal(answer.headers.link, undefined);
  assert.ok(answer.text.includes("12345678901234567890123"));
  const found = lines(answer);
  assert.deepEqual(found.map(({ record }) => record.call_id), [JSON.parse(body).call.call_id, "wide"]);
  for (const line of found) {
    const { record: { conflicts: _, more_conflicts: __, ...record }, ...rest } = (await call(worker, line.record.call_id)).json;
    assert.deepEqual(line, { record, ...rest });
  }
  for (const { record } of found) await erase(worker, record.call_id);
});

test("a row has the summary's numbers and words in columns", async () => {
  const body = readFileSync(new URL("../cases/documented-shape/payload.json", import.meta.url));
  await deliver(worker, body);
  const answer = await exported("format=csv");
  assert.equal(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
  assert.equal(answer.headers["content-disposition"], 'attachment; filename="postcall-calls.csv"');
  const [row, ...more] = readCsv(answer.text);
  assert.deepEqual(more, []);
  const { summary, issues, record } = (await call(worker, row.call_id)).json;
  const expected = {
    call_id: summary.call_id, received_at: record.received_at, started_at: summary.started_at, timezone: summary.timezone,
    status: summary.status, outcome: summary.outcome.kind, end_call_reason: summary.end_call_reason, custom_end_call_reason: "",
    duration_seconds: "113", lead_name: "Jürgen Muster", lead_phone_number: "+12025550131",
    turns: "12", lines: "17", words: "185", bot_words: "124", human_words: "61", human_share: "0.3297297297297297",
    answers: JSON.stringify(summary.answers), actions: "3", failed_actions: "0",
    passed: "10", partial: "2", failed: "0", not_applicable: "3", findings: "goal: partial; user_sentiment: partial",
    overview: summary.analysis.overview, headline: summary.headline, recording_url: summary.recording_url,
    external_id: "", model_id: summary.model_id, issues: String(issues.length),
  };
  assert.deepEqual(row, expected);
  await erase(worker, row.call_id);
});

test("R10: a cell that a spreadsheet would run is text, a phone number is itself", async () => {
  const formulas = [
    "=1+1", "+1+1", "-1-1", "@SUM(1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example")', "-2+3+cmd|' /C calc'!A0", "\t=1", "\r=1",
    "\n=1", " =1", "\u00a0=1", "＝1", "＋1", "－1", "＠x", "\ttab", "\u200b=1", "\ufeff=1", "+49 151 1234", "--1", "+",
    "\0=1", "\v=1", "\u3000＝1", "\r\n@x", '="a","b"', "-1e", "-.5", "+0123", "+1234567890123456", "=\"\"\"", `=${"1+".repeat(200_000)}1`,
  ];
  const plain = ["+4915112345678", "+15550100", "-3", "-1.5e3", "5", "a=b", 'say "x", now', "two\r\nlines", "", "  padded  ", "😀,\u2028"];
  const name = new Map();
  for (const [at, text] of [...formulas, ...plain].entries()) {
    name.set(`r10-${at}`, text);
    assertStored(await deliver(worker, JSON.stringify({ lead: { name: text }, call: { call_id: `r10-${at}`, start_time: start(at) } })), "created");
  }
  const rows = readCsv((await exported(`format=csv&from=${start(0)}&to=${start(59)}`)).text);
  assert.equal(rows.length, name.size);
  for (const { call_id, lead_name } of rows) {
    const text = name.get(call_id);
    assert.equal(lead_name, formulas.includes(text) ? `'${text}` : text);
  }
  for (const id of name.keys()) await erase(worker, id);
});

test("R10: no text of a call is a formula in any column", async () => {
  for (const text of ["=1+1", "@SUM(1)", "\t-1+1"]) {
    const body = {
      lead: { name: text, phone_number: text },
      call: {
        call_id: text, status: text, end_call_reason: text, custom_end_call_reason: text, timezone: text, recording_url: text, external_id: text, model_id: text, start_time: text,
      },
      analysis: { call_summary_feedback: text, goal: text, goal_feedback: text },
      executed_actions: { [text]: { name: text, action_type: "extract_info_action_type", return_value: { [text]: text } } },
    };
    assertStored(await deliver(worker, JSON.stringify(body)), "created", text);
    const [row, ...more] = readCsv((await exported("format=csv")).text);
    assert.deepEqual(more, []);
    for (const [column, cell] of Object.entries(row)) assert.doesNotMatch(cell, /^[\s\0]*[=+\-@＝＋－＠]/, column);
    const columns = Object.keys(row).filter((column) => row[column] === `'${text}`);
    assert.deepEqual(columns, ["call_id", "timezone", "status", "end_call_reason", "custom_end_call_reason", "lead_name", "lead_phone_number", "overview", "recording_url", "external_id", "model_id"]);
    await erase(worker, text);
  }
});

test("R11: nothing that a call says stands in the head", async () => {
  await deliver(worker, payload('a"\r\nx: y'));
  const { headers } = await exported("format=csv");
  assert.equal(headers.x, undefined);
  assert.equal(headers["content-disposition"], 'attachment; filename="postcall-calls.csv"');
  await erase(worker, 'a"\r\nx: y');
});

test("the range begins with `from` and ends before `to`; `Link` leads on, with the same filter", async () => {
  const ids = Array.from({ length: 7 }, (_, minute) => `range-${minute}`);
  for (const [minute, id] of ids.entries()) await deliver(worker, payload(id, { start_time: start(minute) }));
  let path = `/api/export?format=ndjson&from=${start(1)}&to=${start(6)}&limit=2`;
  const found = [];
  while (path !== undefined) {
    const answer = await get(worker, path);
    assert.equal(answer.status, 200, answer.text);
    found.push(lines(answer).map(({ record }) => record.call_id));
    const [, next] = /^<(\/api\/export\?[^>]+)>; rel="next"$/.exec(answer.headers.link ?? "") ?? [];
    assert.equal(answer.headers.link === undefined, next === undefined, answer.headers.link);
    path = next;
  }
  assert.deepEqual(found, [["range-5", "range-4"], ["range-3", "range-2"], ["range-1"]]);
  for (const id of ids) await erase(worker, id);
});

test("what is refused is refused before anything is sent", async () => {
  for (const query of ["", "format=", "format=xml", "format=csv&format=csv", "format=csv&limit=0", "format=csv&limit=10001", "format=csv&from=x", "format=csv&q=x"]) {
    assertProblem(await get(worker, `/api/export?${query}`), 400, "bad_parameter");
  }
  for (const minute of [0, 1]) await deliver(worker, payload(`refused-${minute}`, { start_time: start(minute) }));
  const { headers } = await exported("format=csv&limit=1");
  const [, cursor] = /cursor=([^>]+)>/.exec(headers.link);
  assertProblem(await get(worker, `/api/export?format=ndjson&cursor=${cursor}`), 400, "bad_cursor");
  assertProblem(await get(worker, `/api/stats?cursor=${cursor}`), 400, "bad_cursor");
  assertProblem(await get(worker, "/api/export?format=csv", {}), 401, "unauthorized");
  for (const minute of [0, 1]) await erase(worker, `refused-${minute}`);
});

test("H13: HEAD has the head and no body", async () => {
  const answer = await send(worker, "HEAD", "/api/export?format=csv", { headers: reader });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
  assert.equal(answer.bytes.length, 0);
});

test("a call whose body has gone is left out, a body that is no payload is a line without a summary", async () => {
  const kv = await worker.kv();
  for (const minute of [0, 1, 2]) await deliver(worker, payload(`odd-${minute}`, { start_time: start(minute) }));
  await kv.delete("call/odd-1");
  await kv.put("call/odd-0", "{", {});
  const [whole, broken, ...more] = lines(await exported("format=ndjson"));
  assert.deepEqual([whole.record.call_id, broken.record.call_id, more], ["odd-2", "odd-0", []]);
  assert.deepEqual([broken.payload, broken.summary, broken.issues[0].code], [null, null, "invalid_json"]);
  const rows = readCsv((await exported("format=csv")).text);
  assert.deepEqual(rows.map(({ call_id, outcome, issues }) => [call_id, outcome, issues]), [
    ["odd-2", "unknown", rows[0].issues], ["odd-0", "", "1"],
  ].map(([id, outcome, issues]) => [id, id === "odd-2" ? whole.summary.outcome.kind : outcome, issues]));
  for (const minute of [0, 1, 2]) await erase(worker, `odd-${minute}`);
  await kv.delete(`time/${9_999_999_999_999 - Date.parse(start(1))}/odd-1`);
});

test("S07: a storage that fails at first is told, one that fails on the way breaks the stream off", async () => {
  await deliver(faulty, payload("s07"));
  const at = (fault) => get(faulty, "/api/export?format=ndjson", { ...reader, "x-fault": fault });
  for (const kind of ["fail", "429", "hang", "lie"]) {
    assertProblem(await at(`1+ ${kind}`), 503, "storage_unavailable");
    await assert.rejects(at(`2+ ${kind}`), /aborted|ECONNRESET|terminated/, kind);
    for (const n of [1, 2]) assert.deepEqual(lines(await at(`${n} ${kind}`)).map(({ record }) => record.call_id), ["s07"]);
  }
});

test("R17: an export of 100,000 calls is cut into answers that the storage allows, and streamed as it is read", async () => {
  const { headers, statusCode, count } = await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(crowded.url);
    const path = "/api/export?format=ndjson";
    request({ hostname, port, path, headers: { ...reader, "x-crowd": "100000" }, agent: false }, (incoming) => {
      let count = 0;
      incoming.on("data", (chunk) => chunk.forEach((byte) => (count += byte === 10 ? 1 : 0)));
      incoming.on("error", reject);
      incoming.on("end", () => resolve({ headers: incoming.headers, statusCode: incoming.statusCode, count }));
    }).on("error", reject).end();
  });
  assert.equal(statusCode, 200);
  assert.ok(Number(headers["x-kv-calls"]) <= 40);
  assert.ok(count > 0 && count <= 10_000, `${count} lines`);
  assert.match(headers.link, /rel="next"$/);
});

test("a reader who takes nothing is not read ahead of, and one who goes away is let go", async () => {
  const crowd = { ...reader, "x-crowd": "10000", "x-crowd-bytes": "6000" };
  const asked = async () => Number((await get(crowded, "/healthz", { "x-crowd": "0" })).headers["x-kv-calls-ever"]);
  const before = await asked();
  const answer = await fetch(`${crowded.url}/api/export?format=ndjson`, { headers: crowd });
  const stream = answer.body.getReader();
  assert.equal((await stream.read()).done, false);
  await sleep(1_000);
  // 10 lists and 100 groups make the whole; what fits into the buffers between here and there is a few of them.
  const read_ahead = (await asked()) - before;
  assert.ok(read_ahead < 60, `${read_ahead} storage calls`);
  await stream.cancel();
  await sleep(100);
  assert.ok((await asked()) - before < 70);
});
