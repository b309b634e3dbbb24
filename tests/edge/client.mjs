// What the tests say to a Worker, and how they look at what it has kept.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { request } from "node:http";
import { connect } from "node:net";
import { API_TOKEN, assertDiscreet, SECRET, TOKEN } from "./discreet.mjs";

/** A valid payload; `call` is laid over its call. */
export const payload = (call_id, call = {}) =>
  JSON.stringify({ status: call.status ?? "completed", call: { status: "completed", call_id, ...call } });

/** The platform's signature of an id. */
export const sign = (call_id, secret = SECRET) => createHmac("sha256", secret).update(call_id).digest("base64");

export const reader = { authorization: `Bearer ${API_TOKEN}` };

/**
 * Sends a request byte for byte: the path is not normalised, and no header is added but `Host` and the framing. Each has
 * a connection of its own unless it is given an `agent`.
 */
export function send(worker, method, path, { headers = {}, body, agent = false } = {}) {
  const { hostname, port } = new URL(worker.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent }, (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        try {
          resolve(answer(incoming.statusCode, incoming.headers, Buffer.concat(chunks)));
        } catch (error) {
          reject(error);
        }
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function answer(status, headers, bytes) {
  const is_json = /^application\/(problem\+)?json$/.test(headers["content-type"] ?? "");
  const text = bytes.toString();
  assertDiscreet(JSON.stringify(headers));
  // The files of the pages are built before there is anything to tell.
  if (!/html|javascript|css|image|wasm/.test(headers["content-type"] ?? "")) assertDiscreet(text);
  return { status, headers, bytes, text, json: is_json && bytes.length > 0 ? JSON.parse(text) : undefined };
}

/** What of an answer a stranger could compare. */
export const face = ({ status, headers: { date: _, ...headers }, text }) => ({ status, headers, text });

/** Delivers a body; the right token in the path unless `path` or `headers` say otherwise. */
export function deliver(worker, body, { path = `/webhook/${TOKEN}`, headers = {}, agent } = {}) {
  return send(worker, "POST", path, { headers: { "content-type": "application/json", ...headers }, body, agent });
}

export const get = (worker, path, headers = reader) => send(worker, "GET", path, { headers });
export const callPath = (call_id) => `/api/calls/${encodeURIComponent(call_id)}`;
export const call = (worker, call_id) => get(worker, callPath(call_id));
export const raw = (worker, call_id) => get(worker, `${callPath(call_id)}/raw`);
export const erase = (worker, call_id) => send(worker, "DELETE", callPath(call_id), { headers: reader });

/** An id as it stands in keys. */
export const encode = (id) => encodeURIComponent(id).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Every key in the KV. */
export async function keys(worker) {
  const kv = await worker.kv();
  const names = [];
  let cursor;
  do {
    const page = await kv.list({ cursor });
    names.push(...page.keys.map(({ name }) => name));
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor !== undefined);
  return names;
}

/** Every key with its value and its metadata, to see whether anything at all has changed. */
export async function contents(worker) {
  const kv = await worker.kv();
  const rows = await Promise.all((await keys(worker)).map(async (key) => [key, await kv.getWithMetadata(key)]));
  return Object.fromEntries(rows.map(([key, { value, metadata }]) => [key, { value, metadata }]));
}

/** Checks what holds for every answer of the Worker. */
export function assertWellBehaved({ status, headers, json }) {
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["cache-control"], "no-store");
  assert.match(headers["content-security-policy"], /^default-src 'none'/);
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers.vary, "Authorization, Origin");
  if (status >= 400) {
    assert.equal(headers["content-type"], "application/problem+json");
    if (json !== undefined) assertDetails(json, status);
  }
}

/** Checks that an error answer is a problem as RFC 9457 has it, and nothing more. */
function assertDetails({ type, title, status, detail, issues, ...more }, wanted) {
  assert.equal(status, wanted);
  assert.match(type, /^urn:postcall:problem:[a-z_]+$/);
  for (const text of [title, detail]) assert.match(text, /^[\x20-\x7e]+$/);
  assert.ok(issues === undefined || issues.length > 0);
  assert.deepEqual(more, {});
}

/** Checks an error answer by the word that its type ends in. */
export function assertProblem(response, status, word) {
  assert.equal(response.status, status, response.text);
  assertWellBehaved(response);
  assert.ok(response.json.type.endsWith(`:${word}`), response.json.type);
}

/** Checks a delivery that was stored. */
export function assertStored(response, word, call_id) {
  assert.equal(response.status, 200, response.text);
  assertWellBehaved(response);
  assert.equal(response.headers["content-type"], "application/json");
  assert.equal(response.json.stored, word);
  if (call_id !== undefined) assert.equal(response.json.call_id, call_id);
}

/** Checks a delivery that was quarantined, whose first error has the code; its bytes must be there as sent. */
export async function assertQuarantined(worker, response, body, code) {
  assert.equal(response.status, 202, response.text);
  assertWellBehaved(response);
  assert.equal(response.json.stored, "quarantined");
  if (code !== undefined) assert.equal(response.json.issues.find(({ severity }) => severity === "error")?.code, code);
  assert.equal(response.json.id, createHash("sha256").update(body).digest("hex"));
  const kept = await get(worker, `/api/quarantine/${response.json.id}/raw`);
  assert.equal(kept.status, 200);
  assert.deepEqual(kept.bytes, Buffer.from(body));
}

/**
 * Writes bytes to the Worker's port, and `more` once a second, and gives what comes back until it closes, or until `until`
 * is seen.
 */
export function talk(worker, bytes, { until, timeout = 15_000, more } = {}) {
  const { hostname, port } = new URL(worker.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let heard = "";
    const end = () => {
      clearTimeout(timer);
      clearInterval(trickle);
      socket.destroy();
      try {
        assertDiscreet(heard);
        resolve(heard);
      } catch (error) {
        reject(error);
      }
    };
    const timer = setTimeout(end, timeout);
    const trickle = more === undefined ? undefined : setInterval(() => socket.write(more), 1_000);
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
      if (until !== undefined && until.test(heard)) end();
    });
    socket.on("end", end);
    // workerd resets connections whose framing it refuses; what was heard until then counts.
    socket.on("error", (error) => (error.code === "ECONNRESET" || error.code === "EPIPE" ? end() : reject(error)));
  });
}
