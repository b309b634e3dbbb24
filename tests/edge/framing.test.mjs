// Framing, sizes and methods: what a sender or a proxy may do to a request before anything looks at its body.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
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
  // What is sent to it byte for byte is to come to it so, too.
  [worker, usual] = await Promise.all([startWorker({ vars, direct: true }), startWorker()]);
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

/** How many lines the log has once all requests so far have theirs: they come in order, and a PUT, an `OTHER` to it, is the last. */
async function lines() {
  const seen = worker.logs.length;
  await talk(worker, "PUT /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  await logged(seen, /"method":"OTHER"/);
  return worker.logs.length;
}

/** Waits for a line of the log, of those that come after so many. */
async function logged(seen, line) {
  while (!worker.logs.slice(seen).some((text) => line.test(text))) await sleep(10);
}

test("H01: a body of the limit is stored, one byte more is not read", async () => {
  const id = fresh();
  assertStored(await deliver(worker, ofSize(id, LIMIT)), "created", id);
  assert.equal((await raw(worker, id)).text, ofSize(id, LIMIT));
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
  assert.ok((await raw(usual, "largest")).text === ofSize("largest", 1_048_576));
});

test("H02: a chunked body is counted as it comes", async () => {
  const chunk = `400\r\n${" ".repeat(0x400)}\r\n`;
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const before = await keys(worker);
  const heard = await talk(worker, head + chunk.repeat(5), { until: /too_large/, timeout: 5_000 });
  assert.match(heard, /^HTTP\/1\.1 413 /);
  assert.deepEqual(await keys(worker), before);
  const id = fresh();
  const whole = (size) => deliver(worker, ofSize(id, size), { headers: { "transfer-encoding": "chunked" } });
  assertProblem(await whole(LIMIT + 1), 413, "too_large");
  assertStored(await whole(LIMIT), "created", id);
});

test("H03: a body that does not come is waited for 10 s, and nobody else is kept waiting", async () => {
  const before = await keys(worker);
  const parts = ["Content-Length: 100\r\n\r\n{\"call\"", "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"call\""];
  const began = Date.now();
  // One client of each kind is silent from then on, another sends a bit now and then.
  const slow = parts.flatMap((part) => [undefined, part.startsWith("C") ? " " : "\r\n1\r\n "].map(async (more) => {
    const heard = await talk(worker, `POST ${path} HTTP/1.1\r\nHost: x\r\n${part}`, { until: /request_timeout/, timeout: 20_000, more });
    return { heard, took: Date.now() - began };
  }));
  const id = fresh();
  assertStored(await deliver(worker, payload(id)), "created", id);
  for (const { heard, took } of await Promise.all(slow)) {
    assert.match(heard, /^HTTP\/1\.1 408 /);
    assert.ok(took >= 9_000);
  }
  assert.deepEqual((await keys(worker)).filter((key) => !key.endsWith(`/${id}`)), before);
  await servesOn();
});

test("H04: a body longer than its Content-Length is judged as far as that goes", async () => {
  const id = fresh();
  const body = payload(id);
  const before = await keys(worker);
  const heard = await talk(worker, `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n${body}\r\n\r\n`, { timeout: 5_000 });
  assert.match(heard, /^HTTP\/1\.1 202 [^]*"invalid_json"/);
  // What follows is no request, or none that is taken.
  assert.deepEqual(heard.match(/HTTP\/1\.1 2\d\d/g).length, 1);
  await servesOn();
  assert.equal((await call(worker, id)).status, 404);
  const added = (await keys(worker)).filter((key) => !before.includes(key) && !key.endsWith(`/call-${count}`));
  assert.equal(added.length, 1);
  assert.match(added[0], /^quarantine\//);
  assert.equal((await get(worker, `/api/${added[0]}/raw`)).text, body.slice(0, 10));
});

test("H05: two lengths, or one below zero, are nobody's delivery", async () => {
  const before = await keys(worker);
  const body = payload(fresh());
  for (const lengths of [[body.length, 5], [5, body.length], [-5], ["-0"], [""]]) {
    const lines = lengths.map((length) => `Content-Length: ${length}\r\n`).join("");
    // The runtime answers before the Worker is asked.
    assert.match(await talk(worker, `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\n${body}`), /^HTTP\/1\.1 (400|500) /);
  }
  assert.deepEqual(await keys(worker), before);
  await servesOn();
});

test("H06, H07: what Content-Length claims does not count", async () => {
  const id = fresh();
  const body = payload(id);
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const both = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
  assert.match(await talk(worker, both + chunked), /^HTTP\/1\.1 200 [^]*"created"/);
  assert.equal((await raw(worker, id)).text, body);
  const megabyte = `100000\r\n${" ".repeat(0x100000)}\r\n`;
  const seen = await lines();
  // With so much on its way the end of the connection may overtake the answer; the log has it then.
  assert.match(await talk(worker, both + megabyte.repeat(50), { until: /too_large/ }), /^($|HTTP\/1\.1 413 )/);
  await logged(seen, /"status":413/);
  assert.equal(worker.logs.slice(seen).length, 1, "what is in the chunks is no request of its own");
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
  const before = await keys(worker);
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
  const id = fresh();
  const whole = `${payload(id).length.toString(16)}\r\n${payload(id)}\r\n`;
  for (const broken of ["zz\r\n{}\r\n0\r\n\r\n", "-1\r\n{}\r\n0\r\n\r\n", `${whole}zz\r\n\r\n`]) {
    const heard = await talk(worker, head + broken, { timeout: 3_000 });
    assert.match(heard, /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*problem:bad_request"/, broken);
    assert.doesNotMatch(heard, /internal error|reference/);
  }
  assert.deepEqual(await keys(worker), before);
  await servesOn();
});

test("H08: a connection that is cut inside a chunk, or before its length has come, has delivered nothing", async () => {
  const before = await keys(worker);
  const seen = await lines();
  const port = Number(new URL(worker.url).port);
  // As far as it comes each of them is a whole payload: told apart from a body that is there, nothing of it is judged.
  const cut = async (framing, end) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${framing}${payload(fresh())}`);
    await sleep(100);
    socket[end]();
  };
  const framings = ["Transfer-Encoding: chunked\r\n\r\n400\r\n", "Content-Length: 1000\r\n\r\n"];
  await Promise.all(framings.flatMap((framing) => ["destroy", "end"].map((end) => cut(framing, end))));
  while (worker.logs.length < seen + 4) await sleep(10);
  for (const line of worker.logs.slice(seen)) assert.match(line, /"status":400,"outcome":"bad_request"/);
  assert.deepEqual(await keys(worker), before);
  await servesOn();
});

test("H09: nothing is inflated", async () => {
  for (const [encoding, compress] of [["gzip", gzipSync], ["deflate", deflateSync], ["br", brotliCompressSync]]) {
    const zipped = compress(payload(fresh()));
    const answer = await deliver(worker, zipped, { headers: { "content-encoding": encoding } });
    await assertQuarantined(worker, answer, zipped, "invalid_json");
  }
  const bomb = gzipSync(Buffer.alloc(2_000_000, " "));
  await assertQuarantined(worker, await deliver(worker, bomb, { headers: { "content-encoding": "gzip" } }), bomb, "invalid_json");
});

test("H10: Content-Type is not consulted, the bytes decide", async () => {
  const types = ["text/plain", undefined, "application/octet-stream", "multipart/form-data; boundary=x", "application/json;charset=utf-16"];
  for (const type of types) {
    const id = fresh();
    const headers = type === undefined ? {} : { "content-type": type };
    assertStored(await send(worker, "POST", path, { headers, body: payload(id) }), "created", id);
    assert.equal((await raw(worker, id)).text, payload(id));
  }
  const others = {
    "application/xml": "<call><call_id>x</call_id></call>",
    "application/x-www-form-urlencoded": `call_id=x&status=completed&payload=${encodeURIComponent(payload("form"))}`,
    "multipart/form-data; boundary=x": `--x\r\nContent-Disposition: form-data; name="payload"\r\n\r\n${payload("form")}\r\n--x--\r\n`,
  };
  for (const [type, body] of Object.entries(others)) {
    for (const headers of [{}, { "content-type": type }]) await assertQuarantined(worker, await deliver(worker, body, { headers }), body, "invalid_json");
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
    const [{ date: _, ...ours }, { date: __, ...wanted }] = [head.headers, whole.headers];
    assert.deepEqual(ours, wanted, target);
    assert.equal(head.bytes.length, 0);
    assertWellBehaved(head);
  }
  for (const target of [path, "/webhook"]) {
    const answer = await send(worker, "HEAD", target);
    assert.deepEqual([answer.status, answer.headers.allow, answer.bytes.length], [405, "OPTIONS, POST", 0]);
  }
});

test("H14: other origins are let in where the settings name them exactly", async () => {
  const granted = (answer) => Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"));
  const strangers = ["https://evil.example", `${ORIGIN}.evil.example`, ORIGIN.replace("//", "//evil-"), ORIGIN.replace("//", "//evil."), ORIGIN.replace("https", "http"), `${ORIGIN}/`, `${ORIGIN}, ${ORIGIN}`, `${ORIGIN}:8443`, ORIGIN.toUpperCase(), "null", "*", ""];
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

test("H15: methods and targets of another protocol change nothing, and the next request is served", async () => {
  await servesOn();
  const before = await contents(worker);
  const body = payload(fresh());
  const end = "Host: x\r\nConnection: close\r\n\r\n";
  for (const method of ["post", "Post", "FOO"]) {
    const heard = await talk(worker, `${method} ${path} HTTP/1.1\r\nContent-Length: ${body.length}\r\n${end}${body}`);
    assert.match(heard, /^HTTP\/1\.1 (400|501) /, method);
  }
  for (const line of ["get / HTTP/1.1", "FOO / HTTP/1.1", "CONNECT x:1 HTTP/1.1", "OPTIONS * HTTP/1.1", "GET * HTTP/1.1"]) {
    assert.match(await talk(worker, `${line}\r\n${end}`), /^HTTP\/1\.1 (400|404|500|501) /, line);
  }
  // The host that a request names is no way to another Worker: what matters is its path and its credential.
  const other = await talk(worker, `GET http://other.example/api/calls HTTP/1.1\r\n${end}`);
  assert.match(other, /^HTTP\/1\.1 (401|500) /);
  assert.doesNotMatch(other, /other\.example/);
  assert.deepEqual(await contents(worker), before);
  await servesOn();
});

test("H16: a method is what the request line says", async () => {
  const id = fresh();
  await deliver(worker, payload(id));
  for (const name of ["x-http-method-override", "x-http-method", "x-method-override"]) {
    const options = { headers: { ...reader, [name]: "DELETE" } };
    const read = await send(worker, "GET", `${callPath(id)}?_method=DELETE`, options);
    assert.equal(read.json.record.call_id, id);
    assertProblem(await send(worker, "POST", `${callPath(id)}?_method=DELETE`, { ...options, body: "_method=DELETE" }), 405, "method_not_allowed");
    assertStored(await deliver(worker, payload(id), { path: `${path}?_method=GET`, headers: { [name]: "GET" } }), "duplicate", id);
  }
  assert.equal((await raw(worker, id)).text, payload(id));
});

test("H17: two pipelined deliveries are two", async () => {
  const ids = [fresh(), fresh()];
  const post = (id) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${payload(id).length}\r\n\r\n${payload(id)}`;
  const heard = await talk(worker, ids.map(post).join(""), { until: new RegExp(`${ids[1]}"`), timeout: 5_000 });
  assert.equal(heard.match(/HTTP\/1\.1 200/g).length, 2);
  assert.deepEqual([...heard.matchAll(/"stored":"created","call_id":"([^"]*)"/g)].map(([, id]) => id), ids);
  for (const id of ids) assert.equal((await raw(worker, id)).text, payload(id));
});

test("H18: no credential comes out of the pieces of a broken header, and proxies' headers add no trust", async () => {
  const before = await keys(worker);
  const body = payload(fresh());
  const lines = [
    `Authorization: Bearer\r\n ${TOKEN}`, `X-A: b\r\n Authorization: Bearer ${TOKEN}`, `Authorization:\r\n\tBearer ${TOKEN}`,
    `Authorization : Bearer ${TOKEN}`, `X-A: b\rAuthorization: Bearer ${TOKEN}`, `Authorization: Bearer ${TOKEN}\rX-A: b`,
  ];
  const post = (line) => talk(worker, `POST /webhook HTTP/1.1\r\nHost: x\r\n${line}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  // The runtime refuses what it cannot read; what it lets through has no credential.
  for (const line of lines) assert.match(await post(line), /^HTTP\/1\.1 (400|401) /, line);
  const trusted = [
    "X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\nCF-Connecting-IP: 127.0.0.1\r\nX-Real-IP: 127.0.0.1",
    `X-Forwarded-Authorization: Bearer ${TOKEN}\r\nProxy-Authorization: Bearer ${TOKEN}\r\nX-Original-URL: ${path}\r\nX-Rewrite-URL: ${path}`,
  ];
  for (const line of trusted) assert.match(await post(line), /^HTTP\/1\.1 401 [^]*problem:unauthorized"/, line);
  assert.deepEqual(await keys(worker), before);
  // The same bytes with a header that is whole are a delivery.
  assert.match(await post(`Authorization: Bearer ${TOKEN}`), /^HTTP\/1\.1 200 [^]*"created"/);
  await servesOn();
});

test("H19: a credential in Latin-1 is a wrong one", async () => {
  const before = await keys(worker);
  const body = payload(fresh());
  for (const target of ["/webhook", path]) {
    for (const value of [[0xfc], [...Buffer.from(TOKEN), 0xfc], [0xa0, ...Buffer.from(TOKEN)]]) {
      const head = `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\nAuthorization: Bearer `;
      const heard = await talk(worker, Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from(`\r\n\r\n${body}`)]));
      assert.match(heard, /^HTTP\/1\.1 401 [^]*problem:unauthorized"/);
    }
  }
  assert.deepEqual(await keys(worker), before);
  await servesOn();
});

test("H20: long addresses and long headers are no exceptions", async () => {
  const end = (body) => `Host: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (const length of [16_384, 60_000]) {
    assert.match(await talk(worker, `POST /webhook/${"x".repeat(length)} HTTP/1.1\r\n${end(payload(fresh()))}`), /^HTTP\/1\.1 401 /);
    assertProblem(await get(worker, callPath("x".repeat(length))), 404, "not_found");
    assertProblem(await get(worker, `/api/${"x".repeat(length)}`), 404, "not_found");
  }
  const id = fresh();
  const long = `POST ${path} HTTP/1.1\r\nX-A: ${"x".repeat(20_000)}\r\n${end(payload(id))}`;
  assert.match(await talk(worker, long), /^HTTP\/1\.1 200 [^]*"created"/);
  // Beyond what the runtime takes the connection may be reset, which is no answer.
  const heard = await talk(worker, `POST ${path} HTTP/1.1\r\nX-A: ${"x".repeat(200_000)}\r\n${end(payload(id))}`);
  assert.match(heard, /^($|HTTP\/1\.1 (200|4\d\d) )/);
  for (const target of [path, `/webhook/${"x".repeat(200_000)}`]) {
    const answer = await talk(worker, `POST ${target} HTTP/1.1\r\nAuthorization: Bearer ${"x".repeat(16_000)}\r\n${end(payload(id))}`);
    assert.match(answer, /^($|HTTP\/1\.1 4\d\d )/);
  }
  await servesOn();
});

test("H21: a client may ask before it sends; without a host nothing is served", async () => {
  const id = fresh();
  const body = payload(id);
  const head = (version, lines) => `POST ${path} HTTP/${version}\r\n${lines}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
  const heard = await talk(worker, head("1.1", "Host: x\r\nExpect: 100-continue\r\n") + body);
  assert.match(heard, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  assert.equal((await raw(worker, id)).text, body);
  assert.match(await talk(worker, head("1.1", "") + body), /^HTTP\/1\.1 400 /);
  // The old version has one request a connection. Where the runtime serves it at all, it is served whole.
  const old = await talk(worker, head("1.0", "Host: x\r\n") + body);
  assert.match(old, /^HTTP\/1\.[01] (400 |200 [^]*"duplicate")/);
});

test("H22: while 200 clients send a byte now and then, honest ones are served", async (t) => {
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`;
  const port = Number(new URL(worker.url).port);
  const slow = await Promise.all(Array.from({ length: 200 }, () => new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${head}{`, () => resolve(socket)));
    socket.on("error", reject);
  })));
  t.after(() => slow.forEach((socket) => socket.destroy()));
  for (let round = 0; round < 20; round += 1) {
    for (const socket of slow) socket.write(" ");
    await servesOn();
  }
  assert.ok(slow.every((socket) => !socket.destroyed));
});
