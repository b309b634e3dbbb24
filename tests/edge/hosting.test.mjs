// What an operator sets and sees: settings that are none, the pages beside the Worker, and the log.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  assertProblem, assertStored, assertWellBehaved, call, callPath, deliver, erase, get, keys, payload, raw, reader, send, sign, talk,
} from "./client.mjs";
import { API_TOKEN, SECRET, startWorker, TOKEN } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker({ assets: true })));
after(() => worker?.stop());

const MEBIBYTE = 1_048_576;
const ofSize = (call_id, size) => Buffer.from(payload(call_id).padEnd(size, " "));

test("S04: no setting lets in more than the storage takes", async (t) => {
  const large = await startWorker({ vars: { MAX_BODY_BYTES: String(30 * MEBIBYTE) } });
  t.after(() => large.stop());
  assertProblem(await deliver(large, ofSize("over", 26 * MEBIBYTE)), 413, "too_large");
  const chunked = { path: `/webhook/${TOKEN}`, headers: { "transfer-encoding": "chunked" } };
  assertProblem(await deliver(large, ofSize("over", 26 * MEBIBYTE), chunked), 413, "too_large");
  const body = ofSize("whole", 25 * MEBIBYTE);
  assertStored(await deliver(large, body), "created", "whole");
  assert.ok((await raw(large, "whole")).bytes.equals(body));
  assert.deepEqual((await get(large, "/healthz", {})).json.settings.map(({ setting }) => setting), ["MAX_BODY_BYTES"]);
  assert.equal((await call(large, "over")).status, 404);
});

test("S04: a size that is none leaves the usual limit, and health names the setting", async (t) => {
  for (const value of ["", "0", "-1", "abc"]) {
    const other = await startWorker({ vars: { MAX_BODY_BYTES: value } });
    t.after(() => other.stop());
    assert.deepEqual((await get(other, "/healthz", {})).json.settings.map(({ setting }) => setting), ["MAX_BODY_BYTES"]);
    assertProblem(await deliver(other, ofSize("over", MEBIBYTE + 1)), 413, "too_large");
    assertStored(await deliver(other, ofSize("whole", MEBIBYTE)), "created", "whole");
    await other.stop();
  }
});

test("a setting that is no text is named by health, and no check that it makes is left out", async (t) => {
  const usual = { WEBHOOK_TOKENS: TOKEN, SIGNING_SECRETS: SECRET, API_TOKENS: API_TOKEN };
  for (const name of [...Object.keys(usual), "MAX_BODY_BYTES", "RETENTION_DAYS", "ALLOWED_ORIGINS"]) {
    for (const value of [[usual[name] ?? "https://a.example"], { a: 1 }, true]) {
      const other = await startWorker({ vars: { ...usual, [name]: value } });
      t.after(() => other.stop());
      const health = await get(other, "/healthz", {});
      assert.deepEqual(health.json.settings.map(({ setting }) => setting), [name]);
      const receives = !["WEBHOOK_TOKENS", "SIGNING_SECRETS"].includes(name);
      assert.equal(health.json.status, receives ? "degraded" : "failing");
      const headers = { "synthflow-signature": sign("typed") };
      for (const path of ["/webhook", `/webhook/${TOKEN}`, "/webhook/%00", "/webhook/%EF%BF%BD"]) {
        const answer = await deliver(other, payload("typed"), { path, headers });
        if (!receives) assertProblem(answer, 503, "not_configured");
        else assert.equal(answer.status, path.endsWith(TOKEN) ? 200 : 401);
      }
      const read = await get(other, "/api/calls");
      if (name === "API_TOKENS") assertProblem(read, 503, "not_configured");
      else assert.equal(read.status, 200);
      assert.equal((await get(other, "/api/calls", { ...reader, origin: "https://a.example" })).headers["access-control-allow-origin"], undefined);
      await other.stop();
    }
  }
});

test("R09: the pages may load what is their own and compile the core, the API's answers nothing", async () => {
  const page = await send(worker, "GET", "/");
  assert.equal(page.status, 200);
  const policy = page.headers["content-security-policy"].split("; ");
  const wanted = [
    "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "connect-src 'self'", "img-src 'self'",
    "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
  ];
  for (const directive of wanted) assert.ok(policy.includes(directive), directive);
  // Recordings alone come from elsewhere: they are wherever the platform keeps them.
  const others = policy.filter((directive) => directive !== "media-src https:").join("; ");
  assert.doesNotMatch(others, /unsafe-inline|'unsafe-eval'|\*|https?:/);
  assert.doesNotMatch(page.text, /<script(?![^>]*\bsrc=)|\son\w+=|<style|javascript:/i);
  assert.match((await get(worker, "/api/calls")).headers["content-security-policy"], /^default-src 'none'/);
});

test("R11: no id makes its way into the headers of an answer", async () => {
  const names = ({ headers }) => Object.keys(headers).sort();
  assertStored(await deliver(worker, payload("plain")), "created");
  const plain = await raw(worker, "plain");
  for (const id of ["a\r\nSet-Cookie: x=1", 'a"; filename="b.exe', "a/../b", "ü😀", "a\nb\0"]) {
    assertStored(await deliver(worker, payload(id)), "created", id);
    const answer = await raw(worker, id);
    assert.equal(answer.text, payload(id));
    assert.deepEqual(names(answer), names(plain));
    const file = /filename="?([^";]*)/.exec(answer.headers["content-disposition"] ?? "")?.[1] ?? "";
    assert.match(file, /^[\w.-]*$/);
    await erase(worker, id);
  }
});

test("R12: a browser's own credentials open nothing, and none are given out", async () => {
  const before = await keys(worker);
  const headers = {
    cookie: `token=${API_TOKEN}; authorization=Bearer ${API_TOKEN}`, origin: "https://evil.example",
    "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site",
  };
  const table = [
    ["POST", "/webhook", `token=${TOKEN}`], ["DELETE", callPath("plain")], ["GET", "/api/calls"], ["POST", "/api/validate", `token=${API_TOKEN}`],
    ["DELETE", `/api/quarantine/${"0".repeat(64)}`], ["DELETE", `/api/conflicts/${"0".repeat(64)}~plain`],
  ];
  for (const [method, path, body] of table) {
    const answer = await send(worker, method, path, { headers, body });
    assertProblem(answer, 401, "unauthorized");
    assert.equal(answer.headers["set-cookie"], undefined);
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  }
  assert.deepEqual(await keys(worker), before);
  assert.equal((await get(worker, "/api/calls")).headers["set-cookie"], undefined);
});

test("R14: answers are neither framed nor sniffed, and nothing leads to another site", async () => {
  for (const path of ["/", "/index.html", "/?next=//evil.example", "//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/api/calls/..//evil.example", "/healthz?next=//evil.example"]) {
    const answer = await get(worker, path);
    const { location } = answer.headers;
    if (location !== undefined) assert.match(location, /^\/(?![/\\])/, `${path} leads to ${location}`);
    if (location !== undefined) continue;
    assert.equal(answer.headers["x-content-type-options"], "nosniff", path);
    assert.match(answer.headers["content-security-policy"], /frame-ancestors 'none'/, path);
  }
});

test("L01: whatever a request holds, the log has one line of JSON for it, of fixed fields and short values", async () => {
  const hostile = ["\r\n{\"event\":\"forged\"}", "\u001b[31mred", "\0nul", '"},{"event":"forged', "x".repeat(5_000)];
  const seen = worker.logs.length;
  for (const text of hostile) {
    const id = text.slice(0, 100);
    await deliver(worker, payload(id, { status: text, end_call_reason: text }));
    await deliver(worker, text);
    const path = encodeURIComponent(text);
    for (const target of [`/api/calls/${path}`, `/${path}`, `/api/calls?status=${path}`, `/api/calls?${path}=1`, `/webhook/${path}`]) await get(worker, target);
    const header = text.replace(/[^\x20-\x7e]/g, "");
    await talk(worker, `GET /api/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${header}\r\nUser-Agent: ${header}\r\nCF-Ray: ${header}\r\nConnection: close\r\n\r\n`);
  }
  const lines = worker.logs.slice(seen);
  assert.ok(lines.length >= hostile.length * 7, `${lines.length} lines`);
  const fields = new Set();
  for (const line of lines) {
    assert.doesNotMatch(line, /[\u0000-\u001f]|forged|31mred|\\u0000nul|x{100}/);
    for (const [field, value] of Object.entries(JSON.parse(line))) {
      fields.add(field);
      assert.ok(JSON.stringify(value).length <= 256, field);
    }
  }
  assert.ok(fields.size < 16, [...fields].join());
  for (const field of fields) assert.match(field, /^[a-z_0-9]+$/);
});
