// Who may deliver and who may read.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import {
  assertProblem, assertQuarantined, assertStored, call, contents, deliver, face, get, keys, payload, raw, send, sign, talk,
} from "./client.mjs";
import { API_TOKEN, SECRET, startWorker, TOKEN } from "./worker.mjs";

const VECTOR = { call_id: "123456789", signature: "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A=" };
const HEADER = "x-synthflow-signature";

let open, signed, both;
before(async () => {
  [open, signed, both] = await Promise.all([
    startWorker({ vars: { WEBHOOK_TOKENS: `${TOKEN}, previous-token` } }),
    startWorker({ vars: { WEBHOOK_TOKENS: undefined, SIGNING_SECRETS: `newer-secret,${SECRET}` } }),
    startWorker({ vars: { SIGNING_SECRETS: SECRET } }),
  ]);
});
after(() => Promise.all([open?.stop(), signed?.stop(), both?.stop()]));

let count = 0;
const fresh = () => `call-${(count += 1)}`;

const bearer = (token) => ({ path: "/webhook", headers: { authorization: token } });
const withSignature = (value, name = HEADER) => ({ path: "/webhook", headers: { [name]: value } });

async function refused(worker, body, options) {
  const before = await keys(worker);
  const answer = await deliver(worker, body, options);
  assertProblem(answer, 401, "unauthorized");
  assert.equal(answer.headers["www-authenticate"], "Bearer");
  assert.deepEqual(await keys(worker), before, "something was stored");
  return answer;
}

test("A01: without a credential 401, nothing stored, and the body is not waited for", async () => {
  for (const worker of [open, signed, both]) {
    await refused(worker, payload(fresh()), { path: "/webhook" });
    const head = "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{";
    assert.match(await talk(worker, head, { until: /"status":401/, timeout: 5_000 }), /^HTTP\/1\.1 401 /);
  }
});

test("A02: a wrong token gets the answer of A01, byte for byte", async () => {
  const nothing = face(await refused(open, payload(fresh()), { path: "/webhook" }));
  for (const wrong of [`X${TOKEN.slice(1)}`, `${TOKEN.slice(0, -1)}X`, `${TOKEN}x`, "x"]) {
    assert.deepEqual(face(await refused(open, payload(fresh()), { path: `/webhook/${wrong}` })), nothing);
    assert.deepEqual(face(await refused(open, payload(fresh()), bearer(`Bearer ${wrong}`))), nothing);
  }
});

test("A03: odd tokens are wrong tokens, and no exceptions", async () => {
  const once = TOKEN.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  const twice = once.replaceAll("%", "%25");
  const around = ["%00", "%20", "%09", "%2f", "%2fx", "%2C", "%C3%A4", "%C2%A0", "%EF%BB%BF", ";x=1", ","];
  const odd = ["", "x", "x".repeat(10_000), "%C3%A4", "%00", "%zz", twice, TOKEN.repeat(500), TOKEN.toUpperCase(), TOKEN.slice(0, -1), TOKEN.slice(1)];
  for (const text of [...odd, ...around.flatMap((more) => [`${TOKEN}${more}`, `${more}${TOKEN}`])]) {
    await refused(open, payload(fresh()), { path: `/webhook/${text}` });
  }
  for (const tail of ["/", "/x", "//"]) {
    assertProblem(await deliver(open, payload(fresh()), { path: `/webhook/${TOKEN}${tail}` }), 404, "not_found");
  }
  for (const path of [TOKEN, once]) assertStored(await deliver(open, payload(fresh()), { path: `/webhook/${path}` }), "created");
});

test("A04: the previous token and secret hold while their lists have them", async () => {
  assertStored(await deliver(open, payload(fresh()), { path: "/webhook/previous-token" }), "created");
  for (const secret of ["newer-secret", SECRET]) {
    const id = fresh();
    assertStored(await deliver(signed, payload(id), withSignature(sign(id, secret))), "created", id);
  }
  // The lists of this one have neither: all else of these deliveries is right.
  const id = fresh();
  await refused(both, payload(id), { path: "/webhook/previous-token", headers: { [HEADER]: sign(id) } });
  await refused(both, payload(id), { headers: { [HEADER]: sign(id, "newer-secret") } });
  assertStored(await deliver(both, payload(id), { headers: { [HEADER]: sign(id) } }), "created", id);
});

test("A05: what is not configured lets nobody in, and health says what is missing", async (t) => {
  for (const nothing of [undefined, "", "  ", ",,", "undefined", "null"]) {
    const worker = await startWorker({ vars: { WEBHOOK_TOKENS: nothing, SIGNING_SECRETS: nothing, API_TOKENS: nothing } });
    t.after(() => worker.stop());
    const head = `POST /webhook/${nothing ?? "x"} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{`.replace("/  ", "/%20");
    assert.match(await talk(worker, head, { until: /not_configured/, timeout: 5_000 }), /^HTTP\/1\.1 503 /);
    const text = nothing ?? "undefined";
    for (const options of [{ path: "/webhook" }, bearer(`Bearer ${text}`), withSignature(sign("x", text)), withSignature(sign("x", ""))]) {
      assertProblem(await deliver(worker, payload("x"), options), 503, "not_configured");
    }
    for (const token of [API_TOKEN, text]) assertProblem(await get(worker, "/api/calls", { authorization: `Bearer ${token}` }), 503, "not_configured");
    const health = await get(worker, "/healthz", {});
    assert.equal(health.status, 503);
    const named = health.json.settings.map(({ setting }) => setting);
    assert.deepEqual(named.sort(), ["API_TOKENS", "SIGNING_SECRETS", "WEBHOOK_TOKENS"]);
    assert.deepEqual(await keys(worker), []);
    await worker.stop();
  }
});

test("A06: every token presented must be right", async () => {
  const path = `/webhook/${TOKEN}`;
  await refused(open, payload(fresh()), { path, headers: { authorization: "Bearer wrong" } });
  await refused(open, payload(fresh()), { path: "/webhook/wrong", headers: { authorization: `Bearer ${TOKEN}` } });
  assertStored(await deliver(open, payload(fresh()), { path, headers: { authorization: `Bearer ${TOKEN}` } }), "created");
});

test("A07: queries carry no credentials", async () => {
  await refused(open, payload(fresh()), { path: `/webhook?token=${TOKEN}` });
  assertStored(await deliver(open, payload(fresh()), { path: `/webhook/${TOKEN}?token=wrong&x=%zz` }), "created");
  for (const name of ["token", "access_token", "authorization"]) {
    assertProblem(await get(open, `/api/calls?${name}=${API_TOKEN}`, {}), 401, "unauthorized");
  }
});

test("A08: the signature is read from four spellings of its header, and all that are present must hold", async () => {
  const spellings = ["Synthflow-Signature", "X-Synthflow-Signature", "HTTP_SYNTHFLOW_SIGNATURE", "HTTP-SYNTHFLOW-SIGNATURE"];
  const body = payload(VECTOR.call_id);
  for (const spelling of spellings.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()])) {
    const answer = await deliver(signed, body, withSignature(VECTOR.signature, spelling));
    assert.ok(["created", "duplicate"].includes(answer.json.stored), `${spelling}: ${answer.text}`);
  }
  const [one, other] = spellings;
  const alike = { [one]: VECTOR.signature, [other]: VECTOR.signature };
  assertStored(await deliver(signed, body, { path: "/webhook", headers: alike }), "duplicate");
  for (const right of spellings) {
    for (const wrong of spellings.filter((name) => name !== right)) {
      const headers = { [right]: VECTOR.signature, [wrong]: sign("another") };
      await refused(signed, payload(VECTOR.call_id, { duration: 1 }), { path: "/webhook", headers });
    }
  }
});

test("A09: a signature is standard base64 in its one canonical form, padded or not", async () => {
  const { call_id, signature } = VECTOR;
  await deliver(signed, payload(call_id), withSignature(signature));
  const hex = Buffer.from(signature, "base64").toString("hex");
  assertStored(await deliver(signed, payload(call_id), withSignature(signature.replace("=", ""))), "duplicate");
  const wrong = [hex, signature.replaceAll("+", "-").replaceAll("/", "_"), `sha256=${signature}`, signature.replace("A=", "B="), signature.replace("A=", "B"), `${signature}=`, `${signature}\u00fc`];
  for (const text of wrong) await refused(signed, payload(call_id, { duration: 2 }), withSignature(text));
});

test("A10, A11: the message is the id and the key is the text of the secret", async () => {
  const id = fresh();
  const body = payload(id);
  await refused(signed, body, withSignature(sign(body)));
  const decoded = createHmac("sha256", Buffer.from(SECRET, "base64")).update(id).digest("base64");
  await refused(signed, body, withSignature(decoded));
});

test("A12: a credential header that stands twice is no credential", async () => {
  const id = fresh();
  const twice = (name, value) => [`${name}: ${value}`, `${name}: ${value}`].join("\r\n");
  const post = (path, lines) => {
    const body = payload(id);
    return `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  };
  const before = [await keys(signed), await keys(open)];
  assert.match(await talk(signed, post("/webhook", twice(HEADER, sign(id)))), /^HTTP\/1\.1 401 /);
  for (const [path, scheme] of [["/webhook", "Bearer"], [`/webhook/${TOKEN}`, "Bearer"]]) {
    assert.match(await talk(open, post(path, twice("Authorization", `${scheme} ${TOKEN}`))), /^HTTP\/1\.1 401 /);
  }
  const mixed = `Authorization: Basic eDp5\r\nAuthorization: Bearer ${TOKEN}`;
  assert.match(await talk(open, post(`/webhook/${TOKEN}`, mixed)), /^HTTP\/1\.1 401 /);
  assert.deepEqual([await keys(signed), await keys(open)], before);
  // The same bytes with the header once are a delivery.
  assert.match(await talk(signed, post("/webhook", `${HEADER}: ${sign(id)}`)), /^HTTP\/1\.1 200 [^]*"created"/);
  assert.match(await talk(open, post("/webhook", `Authorization: Bearer ${TOKEN}`)), /^HTTP\/1\.1 200 [^]*"created"/);
});

test("A13: white space round a signature is not part of it, inside it is", async () => {
  const { call_id, signature } = VECTOR;
  await deliver(signed, payload(call_id), withSignature(signature));
  for (const text of [`  ${signature}`, `${signature} \t`, `\t${signature} `]) {
    assertStored(await deliver(signed, payload(call_id), withSignature(text)), "duplicate");
  }
  for (const inside of [" ", "\t", "\u00a0"]) {
    await refused(signed, payload(call_id), withSignature(`${signature.slice(0, 9)}${inside}${signature.slice(9)}`));
  }
});

test("A14: a doubled id is nobody's id", async () => {
  const bodies = [
    `{"call":{"call_id":"mine","call_id":"victim"}}`,
    `{"call":{"call_id":"victim","call_id":"mine"}}`,
    `{"call":{"call_id":"mine","call_\\u0069d":"victim"}}`,
    `{"call":{"call_\\u0069d":"victim","call_id":"mine"}}`,
    `{"call":{"call_id":"mine"},"call":{"call_id":"victim"}}`,
    `{"call":{"call_id":"victim"},"call":{"call_id":"mine"}}`,
    `{"call":{"call_id":"victim"},"c\\u0061ll":{"call_id":"mine"}}`,
  ];
  for (const body of bodies) {
    await assertQuarantined(open, await deliver(open, body), body, "duplicate_key");
    await refused(signed, body, withSignature(sign("mine")));
    await assertQuarantined(both, await deliver(both, body, { headers: { [HEADER]: sign("mine") } }), body, "duplicate_key");
  }
  for (const worker of [open, signed, both]) {
    for (const id of ["mine", "victim"]) assertProblem(await call(worker, id), 404, "not_found");
  }
  const id = fresh();
  const body = JSON.stringify({ call: { call_id: id, status: "completed" }, executed_actions: { a: { name: "a", call_id: "victim" } } });
  const answer = await deliver(signed, body, withSignature(sign(id)));
  assertStored(answer, "created", id);
  assert.ok(answer.json.issues.some(({ code, pointer }) => code === "mismatch" && pointer === "/executed_actions/a/call_id"));
  assertProblem(await call(signed, "victim"), 404, "not_found");
});

test("A15: an id in a header is ignored", async () => {
  const headers = { [HEADER]: sign("signed-id"), call_id: "signed-id", "call-id": "signed-id" };
  await refused(signed, payload("victim"), { path: "/webhook", headers });
  const other = { [HEADER]: sign("a15"), call_id: "victim", "call-id": "victim" };
  assertStored(await deliver(signed, payload("a15"), { path: "/webhook", headers: other }), "created", "a15");
  assertProblem(await call(signed, "victim"), 404, "not_found");
});

test("A16: an id that is no text is no id; one with odd text is an id of its own, byte for byte", async () => {
  const none = [["7", "invalid_type", "7"], ["null", "invalid_type", "null"], ['""', "unusable_id", ""], ['" \\t"', "unusable_id", " \t"], ['["a"]', "invalid_type", "a"]];
  for (const [spelled, code, read] of none) {
    const body = `{"call":{"call_id":${spelled}}}`;
    await assertQuarantined(open, await deliver(open, body), body, code);
    for (const text of new Set([spelled, read, ""])) await refused(signed, body, withSignature(sign(text)));
  }
  const missing = `{"call":{}}`;
  await assertQuarantined(open, await deliver(open, missing), missing, "missing_field");
  await refused(signed, missing, withSignature(sign("")));
  for (const [id, plain] of [["trailing ", "trailing"], ["Anruf-u\u0308", "Anruf-\u00fc"]]) {
    await refused(signed, payload(id), withSignature(sign(plain)));
    assertStored(await deliver(signed, payload(id), withSignature(sign(id))), "created", id);
    assert.equal((await raw(signed, id)).text, payload(id));
    assertProblem(await call(signed, plain), 404, "not_found");
  }
});

test("A18: another scheme's headers prove nothing and disturb nothing", async () => {
  const id = fresh();
  const text = `msg_1.1700000000.${payload(id)}`;
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": "1700000000",
    "webhook-signature": `v1,${createHmac("sha256", SECRET).update(text).digest("base64")}`,
  };
  await refused(signed, payload(id), { path: "/webhook", headers });
  for (const text of [sign(id), `v1,${sign(id)}`]) await refused(signed, payload(id), { path: "/webhook", headers: { ...headers, "webhook-signature": text } });
  assertStored(await deliver(signed, payload(id), { path: "/webhook", headers: { ...headers, [HEADER]: sign(id) } }), "created");
});

test("A19: a signature header holds one signature and nothing else", async () => {
  const id = fresh();
  const signature = sign(id);
  for (const text of [`v1,${signature}`, `v1=${signature}`, `${signature} ${signature}`, `t=1,v1=${signature}`]) {
    await refused(signed, payload(id), withSignature(text));
  }
});

test("A20: an exact repeat writes nothing", async () => {
  const id = fresh();
  assertStored(await deliver(open, payload(id)), "created", id);
  const before = await contents(open);
  for (let again = 0; again < 3; again += 1) assertStored(await deliver(open, payload(id)), "duplicate", id);
  assert.deepEqual(await contents(open), before);
});

test("A21: a captured signature replaces nothing that is final", async () => {
  const id = fresh();
  const headers = withSignature(sign(id));
  assertStored(await deliver(signed, payload(id, { status: "queue" }), headers), "created");
  assertStored(await deliver(signed, payload(id), headers), "updated");
  assertStored(await deliver(signed, payload(id, { duration: 9 }), headers), "conflict");
  assert.equal((await raw(signed, id)).text, payload(id));
  const { json } = await call(signed, id);
  assert.equal(json.summary.duration_seconds, null);
  assert.equal(json.record.conflicts.length, 1);
  const other = await get(signed, `/api/conflicts/${encodeURIComponent(json.record.conflicts[0].id)}/raw`);
  assert.equal(other.text, payload(id, { duration: 9 }));
});

/** Requests of every kind that a reader's token is for. */
const READING = [
  ["GET", "/api/calls/x"], ["DELETE", "/api/calls/x"], ["GET", "/api/calls/x/raw"], ["GET", "/api/stats"], ["GET", "/api/export?format=csv"],
  ["GET", "/api/conflicts"], ["DELETE", "/api/conflicts/x"], ["GET", "/api/quarantine"], ["GET", "/api/quarantine/x/raw"],
  ["POST", "/api/quarantine/x/retry"], ["POST", "/api/validate"], ["POST", "/api/summarize"],
];

test("A23: readers' tokens do not deliver, senders' credentials do not read", async () => {
  const nothing = face(await refused(open, payload(fresh()), { path: "/webhook" }));
  assert.deepEqual(face(await refused(open, payload(fresh()), { path: `/webhook/${API_TOKEN}` })), nothing);
  assert.deepEqual(face(await refused(open, payload(fresh()), bearer(`Bearer ${API_TOKEN}`))), nothing);
  const wrong = face(await get(open, "/api/calls", { authorization: "Bearer wrong" }));
  for (const headers of [{ authorization: `Bearer ${TOKEN}` }, { [HEADER]: sign("x") }, {}]) {
    assert.deepEqual(face(await get(open, "/api/calls", headers)), wrong);
    for (const [method, path] of READING) assert.deepEqual(face(await send(open, method, path, { headers, body: method === "POST" ? "{}" : undefined })), wrong, path);
  }
  for (const off of [`X${API_TOKEN.slice(1)}`, `${API_TOKEN.slice(0, -1)}X`]) {
    assert.deepEqual(face(await get(open, "/api/calls", { authorization: `Bearer ${off}` })), wrong);
  }
  assert.equal(wrong.status, 401);
});

test("A24: a bearer header is one scheme, one space, one token", async () => {
  assertStored(await deliver(open, payload(fresh()), bearer(`bearer ${TOKEN}`)), "created");
  const wrong = [`Basic ${TOKEN}`, `Bearer  ${TOKEN}`, `Bearer ${TOKEN},previous-token`, "Bearer", "Bearer ", TOKEN, `Bearer\t${TOKEN}`, `Bearer ${TOKEN} x`, `Bearer:${TOKEN}`, `Token ${TOKEN}`];
  for (const text of wrong) await refused(open, payload(fresh()), bearer(text));
  const beside = { headers: { authorization: "Basic eDp5" } };
  assertStored(await deliver(open, payload(fresh()), beside), "created");
});

test("A25: where both are configured, both must hold", async () => {
  const id = fresh();
  const nothing = face(await refused(both, payload(id), { path: "/webhook" }));
  assert.deepEqual(face(await refused(both, payload(id), {})), nothing);
  assert.deepEqual(face(await refused(both, payload(id), { headers: { [HEADER]: sign("another") } })), nothing);
  assert.deepEqual(face(await refused(both, payload(id), withSignature(sign(id)))), nothing);
  assert.deepEqual(face(await refused(both, payload(id), { path: "/webhook/wrong", headers: { [HEADER]: sign(id) } })), nothing);
  assertStored(await deliver(both, payload(id), { headers: { [HEADER]: sign(id) } }), "created", id);
  const health = await send(both, "GET", "/healthz");
  assert.deepEqual(health.json, { status: "ok", version: health.json.version, settings: [] });
});
