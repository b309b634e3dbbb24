// Framing, sizes and methods: what a sender or a proxy may do to a request before anything looks at its body.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  assertProblem, assertQuarantined, assertStored, assertWellBehaved, call, callPath, contents, deliver, get, keys,
  payload, raw, reader, send, talk,
} from "./client.mjs";
import { startWorker, TOKEN } from "./worker.mjs";

const LIMIT = 4_096;
const ORIGIN = "https://dashboard.example.com";

let worker, usual;
before(async () => {
  const vars = { MAX_BODY_BYTES: String(LIMIT), ALLOWED_ORIGINS: `${ORIGIN},null,*` };
  [worker, usual] = await Promise.all([startWorker({ vars }), startWorker()]);
});
after(() => Promise.all([worker?.stop(), usual?.stop()]));

let count = 0;
const fresh = () => `call-${(count += 1)}`;
const ofSize = (call_id, size) => payload(call_id).padEnd(size, " ");
const path = `/webhook/${TOKEN}`;

async function servesOn() {
  const id = fresh();
  assertStored(await deliver(worker, payload(id)), "created", id);
}

test("H01: a body of the limit is stored, one byte more is not read", async () => {
  const id = fresh();
  assertStored(await deliver(worker, ofSize(id, LIMIT)), "created", id);
  assert.equal((await raw(worker, id)).bytes.length, LIMIT);
  const before = await keys(worker);
  const answer = await deliver(worker, ofSize(fresh(), LIMIT + 1));
  assertProblem(answer, 413, "too_large");
  assert.ok(answer.json.detail.includes(String(LIMIT)));
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${LIMIT + 1}\r\n\r\n{`;
  assert.match(await talk(worker, head, { until: /too_large/, timeout: 5_000 }), /^HTTP\/1\.1 413 /);
  assertProblem(await deliver(worker, ofSize(fresh(), LIMIT + 1), { path: "/webhook/wrong" }), 401, "unauthorized");
  assert.deepEqual(await keys(worker), before);
  await servesOn();
});

test("H01: under the usual limit of 1 MiB, a body of 2 MB is refused and the next one served", async () => {
  assertProblem(await deliver(usual, ofSize("big", 2_000_000)), 413, "too_large");
  assert.deepEqual(await keys(usual), []);
  assertStored(await deliver(usual, ofSize("largest", 1_048_576)), "created", "largest");
});

test("H02: a chunked body is counted as it comes", async () => {
  const chunk = `400\r\n${" ".repeat(0x400)}\r\n`;
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const heard = await talk(worker, head + chunk.repeat(5), { until: /too_large/, timeout: 5_000 });
  assert.match(heard, /^HTTP\/1\.1 413 /);
  await servesOn();
});

test("H03: a body that does not come is waited for 10 s, and nobody else is kept waiting", async () => {
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"call"`;
  const began = Date.now();
  const slow = talk(worker, head, { until: /request_timeout/, timeout: 20_000 });
  await servesOn();
  assert.match(await slow, /^HTTP\/1\.1 408 /);
  assert.ok(Date.now() - began >= 9_000);
  await servesOn();
});

test("H04: a body longer than its Content-Length is judged as far as that goes", async () => {
  const id = fresh();
  const body = payload(id);
  const before = await keys(worker);
  const heard = await talk(worker, `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n${body}`, { until: /\}/, timeout: 3_000 });
  assert.match(heard, /^HTTP\/1\.1 202 /);
  assert.equal((await call(worker, id)).status, 404);
  const added = (await keys(worker)).filter((key) => !before.includes(key));
  assert.equal(added.length, 1);
  assert.match(added[0], /^quarantine\//);
});

test("H06, H07: what Content-Length claims does not count", async () => {
  const id = fresh();
  const body = payload(id);
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const both = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
  assert.match(await talk(worker, both + chunked), /^HTTP\/1\.1 200 [^]*"created"/);
  assert.equal((await raw(worker, id)).text, body);
  const before = await keys(worker);
  for (const length of ["99999999999999999999", "+5", "5, 5"]) {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n{}`;
    const heard = await talk(worker, head, { until: /\r\n\r\n/, timeout: 3_000 });
    // Where the runtime lets the first one through, the Worker answers 413; this one refuses it as well.
    assert.match(heard, /^HTTP\/1\.1 (400|413) /);
  }
  assert.deepEqual(await keys(worker), before);
  await servesOn();
});

test("H08: a chunk size that is no number is a bad request, in words of ours", async () => {
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
  const heard = await talk(worker, `${head}zz\r\n{}\r\n0\r\n\r\n`, { timeout: 3_000 });
  assert.doesNotMatch(heard, /internal error|reference/);
  assert.doesNotMatch(heard, /^HTTP\/1\.1 2/);
  await servesOn();
});

test("H09: nothing is inflated", async () => {
  const zipped = gzipSync(payload(fresh()));
  const answer = await deliver(worker, zipped, { headers: { "content-encoding": "gzip" } });
  await assertQuarantined(worker, answer, zipped, "invalid_json");
  const bomb = gzipSync(Buffer.alloc(2_000_000, " "));
  await assertQuarantined(worker, await deliver(worker, bomb, { headers: { "content-encoding": "gzip" } }), bomb, "invalid_json");
});

test("H10: Content-Type is not consulted, the bytes decide", async () => {
  const types = ["text/plain", undefined, "application/octet-stream", "multipart/form-data; boundary=x", "application/json;charset=utf-16"];
  for (const type of types) {
    const id = fresh();
    const headers = type === undefined ? {} : { "content-type": type };
    assertStored(await send(worker, "POST", path, { headers, body: payload(id) }), "created", id);
  }
  for (const body of ["<call><call_id>x</call_id></call>", "call_id=x&status=completed"]) {
    await assertQuarantined(worker, await deliver(worker, body), body, "invalid_json");
  }
});

test("H11: an empty body is no JSON, another root is no payload", async () => {
  for (const body of ["", " \n\t"]) await assertQuarantined(worker, await deliver(worker, body), body, "invalid_json");
  for (const body of ["null", "[]", '"x"', "0"]) {
    const answer = await deliver(worker, body);
    await assertQuarantined(worker, answer, body, "invalid_type");
    assert.deepEqual(answer.json.issues[0].path, []);
  }
});

test("H12: a method that a route does not have is refused with those that it has, and erases nothing", async () => {
  await servesOn();
  const before = await contents(worker);
  const table = [
    [["GET", "PUT", "DELETE", "PATCH", "TRACE"], ["/webhook", path], "OPTIONS, POST"],
    [["POST", "PUT", "PATCH"], [callPath("call-1")], "DELETE, GET, HEAD, OPTIONS"],
    [["POST", "DELETE", "PUT"], ["/api/calls", "/api/calls/", "/healthz"], "GET, HEAD, OPTIONS"],
  ];
  for (const [methods, paths, allow] of table) {
    for (const method of methods) {
      for (const target of paths) {
        const answer = await send(worker, method, target, { headers: reader });
        assertProblem(answer, 405, "method_not_allowed");
        assert.equal(answer.headers.allow, allow);
      }
    }
  }
  assert.deepEqual(await contents(worker), before);
});

test("H13: HEAD is GET without a body; the webhook has none", async () => {
  const id = fresh();
  await deliver(worker, payload(id));
  for (const target of ["/api/calls", callPath(id), `${callPath(id)}/raw`, "/healthz", "/api/calls?limit=0", callPath("absent")]) {
    const [head, whole] = [await send(worker, "HEAD", target, { headers: reader }), await get(worker, target)];
    assert.equal(head.status, whole.status, target);
    assert.equal(head.headers["content-type"], whole.headers["content-type"]);
    assert.equal(head.bytes.length, 0);
    assertWellBehaved(head);
  }
  assert.equal((await send(worker, "HEAD", path)).status, 405);
});

test("H14: other origins are let in where the settings name them exactly", async () => {
  const granted = (answer) => Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"));
  const strangers = ["https://evil.example", `${ORIGIN}.evil.example`, `${ORIGIN}:8443`, ORIGIN.toUpperCase(), "null", "*", ""];
  for (const origin of strangers) {
    for (const target of ["/api/calls", path]) {
      const answer = await send(worker, "OPTIONS", target, { headers: { origin, "access-control-request-method": "GET" } });
      assert.equal(answer.status, 204);
      assert.deepEqual(granted(answer), [], origin);
    }
    assert.deepEqual(granted(await get(worker, "/api/calls", { ...reader, origin })), []);
  }
  const known = await send(worker, "OPTIONS", "/api/calls", { headers: { origin: ORIGIN } });
  assert.equal(known.status, 204);
  assert.equal(known.headers["access-control-allow-origin"], ORIGIN);
  assert.equal(known.headers["access-control-allow-credentials"], undefined);
  assert.equal((await get(worker, "/api/calls", { ...reader, origin: ORIGIN })).headers["access-control-allow-origin"], ORIGIN);
  assert.equal((await get(worker, "/api/calls", { origin: ORIGIN })).headers["access-control-allow-origin"], ORIGIN);
  assert.deepEqual(granted(await send(worker, "OPTIONS", path, { headers: { origin: ORIGIN } })), []);
});

test("H16: a method is what the request line says", async () => {
  const id = fresh();
  await deliver(worker, payload(id));
  await send(worker, "GET", `${callPath(id)}?_method=DELETE`, { headers: { ...reader, "x-http-method-override": "DELETE" } });
  assert.equal((await call(worker, id)).status, 200);
});

test("H17: two pipelined deliveries are two", async () => {
  const ids = [fresh(), fresh()];
  const post = (id) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${payload(id).length}\r\n\r\n${payload(id)}`;
  const heard = await talk(worker, ids.map(post).join(""), { until: new RegExp(`${ids[1]}"`), timeout: 5_000 });
  assert.equal(heard.match(/HTTP\/1\.1 200/g).length, 2);
  for (const id of ids) assert.equal((await call(worker, id)).status, 200);
});

test("H19: a credential in Latin-1 is a wrong one", async () => {
  const body = payload(fresh());
  const head = `POST /webhook HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n`;
  const bytes = Buffer.concat([Buffer.from(`${head}Authorization: Bearer sch`), Buffer.from([0xfc]), Buffer.from(`\r\n\r\n${body}`)]);
  assert.match(await talk(worker, bytes), /^HTTP\/1\.1 401 /);
});
