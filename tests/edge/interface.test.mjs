// The documented interface is the one that there is: every status that openapi.json names is brought about here, and
// whatever a route answers here is in openapi.json.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { assertProblem, assertStored, assertWellBehaved, call, deliver, get, keys, payload, raw, reader, send, sign, talk } from "./client.mjs";
import { sha256 } from "./matrix.mjs";
import { SECRET, startWorker, TOKEN } from "./worker.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const DOCUMENT = JSON.parse(read("src/edge/openapi.json"));

let worker, faulty, bare, signed, limited;
before(async () => {
  [worker, faulty, bare, signed, limited] = await Promise.all([
    startWorker(),
    startWorker({ faults: true }),
    startWorker({ vars: { WEBHOOK_TOKENS: undefined, API_TOKENS: undefined } }),
    startWorker({ vars: { SIGNING_SECRETS: SECRET } }),
    startWorker({ observed: true }),
  ]);
});
after(() => Promise.all([worker, faulty, bare, signed, limited].map((one) => one?.stop())));

const at = (value) => (value?.$ref?.startsWith("#") ? value.$ref.slice(2).split("/").reduce((node, key) => node[key], DOCUMENT) : value);
const operations = Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
  ["get", "post", "delete"].filter((method) => item[method] !== undefined).map((method) => ({ path, method, operation: item[method] })));

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: "document:/", ...DOCUMENT });
const escape = (part) => part.replaceAll("~", "~0").replaceAll("/", "~1");

/** Checks a body by the schema that the document has for an answer. */
function assertDocumented({ path, method, operation }, answer) {
  const documented = at(operation.responses[answer.status]);
  assert.ok(documented !== undefined, `${answer.status} is not documented: ${answer.text}`);
  if (answer.status === 204) return;
  const type = (answer.headers["content-type"] ?? "").split(";")[0];
  assert.ok(documented.content[type] !== undefined, `${type} is not documented for ${answer.status}`);
  if (answer.json === undefined) return;
  const place = operation.responses[answer.status].$ref ?? `#/paths/${escape(path)}/${method}/responses/${answer.status}`;
  const check = ajv.getSchema(`document:/${place}/content/${escape(type)}/schema`);
  assert.ok(check(answer.json), `${JSON.stringify(check.errors)} ${answer.text.slice(0, 500)}`);
}

const BROKEN = '{"call":{"call_id":"interface"';
const at_rest = (path) => path.replace("{token}", TOKEN).replace("{call_id}", "interface")
  .replace("/api/conflicts/{id}", `/api/conflicts/${sha256(payload("interface", { duration: 2 }))}~interface`)
  .replace("/api/quarantine/{id}", `/api/quarantine/${sha256(BROKEN)}`);
const REQUIRED = { "/api/export": "?format=ndjson" };

/** What a request brings: a delivery its token, a reader the other one. */
const credentials = (path) => (path === "/webhook" ? { authorization: `Bearer ${TOKEN}` } : path.startsWith("/api/") ? reader : {});

function ask(of, { path, method }, { address = at_rest(path) + (REQUIRED[path] ?? ""), headers = {}, body } = {}) {
  const sent = method === "post" && !path.endsWith("/retry") ? body ?? payload("interface") : undefined;
  return send(of, method.toUpperCase(), address, { headers: { ...credentials(path), ...headers }, body: sent });
}

/** Bodies for every list and every name. */
async function prepare(of) {
  for (const body of [payload("interface"), payload("interface", { duration: 2 }), BROKEN]) await deliver(of, body);
}

const takesBody = ({ path, method }) => method === "post" && !path.endsWith("/retry");

/** How each status is brought about. */
const CAUSES = {
  200: async (one) => {
    // What is in quarantine is a payload by now, as it is after the rules have changed.
    if (one.path.endsWith("/retry")) await (await worker.kv()).put(`quarantine/${sha256(BROKEN)}`, payload("interface"));
    return ask(worker, one);
  },
  202: (one) => ask(worker, one, { body: BROKEN }),
  204: (one) => ask(worker, one),
  400: (one) => {
    if (takesBody(one)) return badChunk(one);
    const address = one.path.includes("{") ? one.path.replace(/\{\w+\}/, "%zz") : `${at_rest(one.path)}?limit=x`;
    return ask(worker, one, { address });
  },
  401: (one) => ask(worker, one, {
    address: at_rest(one.path).replace(TOKEN, "wrong") + (REQUIRED[one.path] ?? ""), headers: { authorization: "Bearer wrong" },
  }),
  404: (one) => ask(worker, one, { address: one.path.replace("{call_id}", "absent").replace("{id}", "absent") }),
  408: (one) => slow(one),
  409: async (one) => {
    await (await signed.kv()).put(`quarantine/${sha256(BROKEN)}`, payload("interface"), { metadata: { v: 1, received_at: "2026-01-01T00:00:00.000Z", size: 1, check: "token", issues: [] } });
    return ask(signed, one);
  },
  413: (one) => ask(worker, one, { body: `"${"x".repeat(1_048_576)}"` }),
  422: (one) => ask(worker, one, { body: "[]" }),
  429: (one) => ask(limited, one, { headers: { "x-limit": "refuse" } }),
  503: (one) => {
    if (one.path === "/healthz" || one.path.startsWith("/webhook") || takesBody(one)) return ask(bare, one);
    return ask(faulty, one, { headers: { "x-fault": "1+ fail" } });
  },
};

/** A head with a framing and a part of the body, and nothing after; the answer as `send` gives it. */
async function begun({ path }, framing, part) {
  const { authorization } = credentials(path);
  const credential = authorization ? `Authorization: ${authorization}\r\n` : "";
  const heard = await talk(worker, `POST ${at_rest(path)} HTTP/1.1\r\nHost: x\r\n${credential}${framing}\r\n\r\n${part}`, { until: /\r\n\r\n[^]*\}/ });
  const [head, text] = heard.split("\r\n\r\n");
  const headers = Object.fromEntries(head.split("\r\n").slice(1).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]));
  const json = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  return { status: Number(head.split(" ")[1]), headers, text, json };
}
const slow = (one) => begun(one, "Content-Length: 100", "{");
const badChunk = (one) => begun(one, "Transfer-Encoding: chunked", "zz\r\n{\r\n");

test("every status that is documented is answered, with a body of the documented form", { timeout: 60_000 }, async (t) => {
  const slowly = [];
  for (const one of operations) {
    for (const status of Object.keys(one.operation.responses)) {
      assert.ok(CAUSES[status] !== undefined, `nothing brings about ${status}`);
      const name = `${one.method} ${one.path} ${status}`;
      const check = async () => {
        for (const of of [worker, faulty]) await prepare(of);
        const answer = await CAUSES[status](one);
        assert.equal(answer.status, Number(status), `${name}: ${answer.text}`);
        assertDocumented(one, answer);
        // What is wrong with the settings is an answer, not an error.
        if (one.path !== "/healthz") assertWellBehaved(answer);
      };
      // It takes 10 s; all at the same time, beside everything else.
      if (status === "408") slowly.push(check());
      else await t.test(name, check);
    }
  }
  await Promise.all(slowly);
});

test("H12: a method that is not documented is 405, with those that are in `Allow`", async () => {
  for (const [path, item] of Object.entries(DOCUMENT.paths)) {
    const documented = ["get", "post", "delete"].filter((method) => item[method] !== undefined).map((method) => method.toUpperCase());
    const allowed = [...documented, ...(documented.includes("GET") ? ["HEAD"] : []), "OPTIONS"].sort();
    for (const method of ["GET", "POST", "DELETE", "PUT", "PATCH"].filter((method) => !documented.includes(method))) {
      const answer = await send(worker, method, at_rest(path), { headers: reader });
      assertProblem(answer, 405, "method_not_allowed");
      assert.deepEqual(answer.headers.allow.split(", "), allowed);
    }
    const options = await send(worker, "OPTIONS", at_rest(path));
    assert.equal(options.status, 204);
    assert.deepEqual(options.headers.allow.split(", "), allowed);
  }
});

test("openapi.json and schema.json are public, also where nothing is configured", async () => {
  for (const of of [worker, bare]) {
    for (const [path, file] of [["/api/openapi.json", "src/edge/openapi.json"], ["/api/schema.json", "pkg/src/schema.json"]]) {
      const answer = await get(of, path, {});
      assert.equal(answer.status, 200);
      assertWellBehaved(answer);
      assert.equal(answer.headers["content-type"], "application/json");
      assert.equal(answer.text, read(file));
    }
  }
});

test("every reference of openapi.json leads somewhere, and every component is referred to", () => {
  const text = JSON.stringify(DOCUMENT);
  const used = new Set([...text.matchAll(/"\$ref":"(#[^"]+)"/g)].map(([, ref]) => ref));
  for (const ref of used) assert.ok(at({ $ref: ref }) !== undefined, ref);
  for (const kind of ["parameters", "requestBodies", "responses", "schemas"]) {
    for (const name of Object.keys(DOCUMENT.components[kind])) assert.ok(used.has(`#/components/${kind}/${name}`), `${kind} ${name}`);
  }
});

const retry = (of, id, headers = {}) => send(of, "POST", `/api/quarantine/${id}/retry`, { headers: { ...reader, ...headers } });
const ARRIVAL = { v: 1, received_at: "2026-02-03T04:05:06.789Z", size: 9, check: "token", issues: [] };

test("a quarantined body that is a payload by today's rules becomes a call, at the time when it arrived", async () => {
  const kv = await worker.kv();
  const body = payload("retried");
  const id = sha256(body);
  await kv.put(`quarantine/${id}`, body, { metadata: ARRIVAL });
  const answer = await retry(worker, id);
  assertStored(answer, "created", "retried");
  assert.equal((await raw(worker, "retried")).text, body);
  assert.equal((await call(worker, "retried")).json.record.received_at, ARRIVAL.received_at);
  const [row] = (await get(worker, "/api/calls?from=2026-02-03T04:05:06Z&to=2026-02-03T04:05:07Z")).json.calls;
  assert.equal(row.call_id, "retried");
  assertProblem(await retry(worker, id), 404, "not_found");
  assert.deepEqual((await keys(worker)).filter((key) => key === `quarantine/${id}`), []);
});

test("a body that is no payload still stays in quarantine, and another one for a final call becomes a conflict", async () => {
  const { id } = (await deliver(worker, "[]")).json;
  const answer = await retry(worker, id);
  assert.equal(answer.status, 202);
  assert.deepEqual([answer.json.stored, answer.json.id], ["quarantined", id]);
  assert.equal((await get(worker, `/api/quarantine/${id}/raw`)).text, "[]");
  const other = payload("retried", { duration: 9 });
  await (await worker.kv()).put(`quarantine/${sha256(other)}`, other, { metadata: ARRIVAL });
  assertStored(await retry(worker, sha256(other)), "conflict", "retried");
  assert.equal((await get(worker, `/api/quarantine/${sha256(other)}/raw`)).status, 404);
  assert.equal((await get(worker, `/api/conflicts/${sha256(other)}~retried/raw`)).text, other);
});

test("A25: where deliveries are signed, a body that was let in by its token alone never becomes a record", async () => {
  const kv = await signed.kv();
  const body = payload("unsigned");
  for (const [check, status] of [["token", 409], ["", 409], ["both", 200], ["signature", 200]]) {
    await kv.put(`quarantine/${sha256(body)}`, body, { metadata: { ...ARRIVAL, check } });
    const answer = await retry(signed, sha256(body));
    assert.equal(answer.status, status, answer.text);
    if (status === 409) {
      assertProblem(answer, 409, "unverified");
      assert.equal((await call(signed, "unsigned")).status, 404);
      assert.equal((await get(signed, `/api/quarantine/${sha256(body)}/raw`)).text, body);
    }
  }
  assert.equal((await raw(signed, "unsigned")).text, body);
  assertStored(await deliver(signed, body, { headers: { "synthflow-signature": sign("unsigned") } }), "duplicate");
});

test("S05: a retry whose n-th storage call fails for good is refused, and loses nothing", async () => {
  const kv = await faulty.kv();
  for (const kind of ["fail", "lie"]) {
    for (let n = 1; n <= 6; n += 1) {
      const body = payload(`retry ${kind} ${n}`);
      const id = sha256(body);
      await kv.put(`quarantine/${id}`, body, { metadata: ARRIVAL });
      const answer = await retry(faulty, id, { "x-fault": `${n}+ ${kind}` });
      if (Number(answer.headers["x-kv-faults"]) > 0) assertProblem(answer, 503, "storage_unavailable");
      else assertStored(answer, "created");
      const again = await retry(faulty, id);
      if (again.status === 404) assertProblem(again, 404, "not_found");
      else assert.ok(["created", "duplicate"].includes(again.json.stored), again.text);
      assert.equal((await raw(faulty, `retry ${kind} ${n}`)).text, body);
      assert.equal((await get(faulty, `/api/quarantine/${id}/raw`)).status, 404);
    }
  }
});
