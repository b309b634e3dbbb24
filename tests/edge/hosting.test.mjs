// What an operator sets and sees: settings that are none, the pages beside the Worker, and the log.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  assertProblem, assertStored, assertWellBehaved, call, callPath, contents, deliver, erase, get, payload, raw, reader, send, sign, talk,
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
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
  ];
  for (const directive of wanted) assert.ok(policy.includes(directive), directive);
  // Beside these the page has what it uses: its worker, its recordings, the one policy that makes its trusted texts.
  const more = policy.filter((directive) => !wanted.includes(directive));
  assert.deepEqual(more.sort(), ["media-src https:", "trusted-types postcall", "worker-src 'self'"]);
  // Recordings alone come from elsewhere: they are wherever the platform keeps them.
  const others = policy.filter((directive) => directive !== "media-src https:").join("; ");
  assert.doesNotMatch(others, /unsafe-inline|'unsafe-eval'|\*|https?:/);
  assert.doesNotMatch(page.text, /<script(?![^>]*\bsrc=)|\son\w+=|<style|javascript:/i);
  const files = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(files.length > 1, files.join());
  for (const path of files) assert.equal((await get(worker, path)).headers["content-security-policy"], page.headers["content-security-policy"], path);
  for (const path of ["/api/calls", "/api/openapi.json", "/healthz", "/api/nowhere"]) {
    assert.equal((await get(worker, path)).headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'", path);
  }
});

test("R11: no id makes its way into the headers of an answer", async () => {
  const heads = async (id) => {
    const path = callPath(id);
    const answers = [await get(worker, path), await get(worker, `${path}/raw`), await send(worker, "HEAD", `${path}/raw`, { headers: reader }), await deliver(worker, payload(id))];
    return answers.map(({ status, headers: { date: _, "content-length": __, ...rest } }) => [status, rest]);
  };
  assertStored(await deliver(worker, payload("plain")), "created");
  const plain = await heads("plain");
  for (const id of ["a\r\nSet-Cookie: x=1", 'a"; filename="b.exe', "a/../b", "ü😀", "a\nb\0", "a\r\n\r\n<script>", "//evil.example"]) {
    assertStored(await deliver(worker, payload(id)), "created", id);
    assert.equal((await raw(worker, id)).text, payload(id));
    assert.deepEqual(await heads(id), plain, id);
    await erase(worker, id);
  }
});

test("R12: a browser's own credentials open nothing, and none are given out", async () => {
  await deliver(worker, payload("plain"));
  const { id } = (await deliver(worker, "{r12")).json;
  const before = await contents(worker);
  const headers = {
    cookie: `token=${API_TOKEN}; authorization=Bearer ${API_TOKEN}`, origin: "https://evil.example",
    "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "cross-site",
  };
  const table = [
    ["POST", "/webhook", `token=${TOKEN}`], ["POST", "/webhook", payload("r12")], ["DELETE", callPath("plain")], ["GET", "/api/calls"], ["GET", `${callPath("plain")}/raw`],
    ["GET", "/api/export?format=csv"], ["POST", "/api/validate", `token=${API_TOKEN}`], ["POST", "/api/summarize", payload("r12")],
    ["POST", `/api/quarantine/${id}/retry`, `token=${API_TOKEN}`], ["DELETE", `/api/quarantine/${id}`], ["DELETE", `/api/conflicts/${"0".repeat(64)}~plain`],
  ];
  for (const [method, path, body] of table) {
    const answer = await send(worker, method, path, { headers, body });
    assertProblem(answer, 401, "unauthorized");
    assert.equal(answer.headers["set-cookie"], undefined);
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  }
  assert.deepEqual(await contents(worker), before);
  for (const path of ["/", "/api/calls", "/healthz", callPath("plain")]) assert.equal((await get(worker, path)).headers["set-cookie"], undefined);
});

test("R14: answers are neither framed nor sniffed, and nothing leads to another site", async () => {
  let redirects = 0;
  for (const path of ["/", "/index.html", "/index.html?next=//evil.example", "/index?next=https://evil.example", "/?next=//evil.example", "/?url=https://evil.example", "//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/api/calls/..//evil.example", "/healthz?next=//evil.example"]) {
    const answer = await get(worker, path);
    const { location } = answer.headers;
    if (location !== undefined) {
      assert.match(location, /^\/(?![/\\])/, `${path} leads to ${location}`);
      redirects += 1;
      continue;
    }
    assert.equal(answer.headers["x-content-type-options"], "nosniff", path);
    assert.match(answer.headers["content-security-policy"], /frame-ancestors 'none'/, path);
  }
  assert.ok(redirects > 0, "no path leads anywhere");
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
  assert.equal(lines.length, hostile.length * 8);
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
