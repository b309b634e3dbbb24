// What a Worker may say in its log and in its answers. Every line that any test's Worker logs is held to it when that Worker
// ends, and every answer that a test hears, so that the whole run is searched and not what one test thinks of.

import assert from "node:assert/strict";

/** Credentials that every test Worker has unless its `vars` say otherwise, and others that tests set. */
export const TOKEN = "test-webhook-token-5f1c9e";
export const API_TOKEN = "test-api-token-83b0d2";
export const SECRET = "your-secret-key";
const SECRETS = [TOKEN, API_TOKEN, SECRET, "previous-token", "newer-secret", "next-api-token"];

/** What no client is to hear or operator to read: a stack, and what the storage, a binding or the runtime says of itself. */
const FOREIGN = [/(\n|\\n) {4}at \S/, /KV \w+ failed/, /internal error; reference/, /RuntimeError|TypeError|panicked at/, /: a text of its own/];

const NUMBER = /^\d+$/;
const OUTCOMES = [
  "ok", "created", "updated", "duplicate", "stale", "conflict", "quarantined", "bad_request", "bad_parameter", "bad_cursor", "unauthorized", "not_found",
  "method_not_allowed", "unverified", "request_timeout", "too_large", "invalid_payload", "rate_limited", "not_configured", "storage_unavailable", "internal",
];

/** The lines that there are: the fields of each, and what each field may be. Those with a question mark may be left out. */
const LINES = {
  request: {
    request: /^([0-9a-f]{13}|[0-9a-fA-F]{16})$/, route: /^(none|\/(healthz|webhook(\/\{token\})?|api\/[a-z.]+(\/\{(call_id|id)\}(\/(raw|retry))?)?))$/,
    method: /^(GET|HEAD|POST|DELETE|OPTIONS|OTHER)$/, status: /^[2-5]\d\d$/, outcome: new RegExp(`^(${OUTCOMES.join("|")})$`), ms: NUMBER,
    "call?": /^[0-9a-f]{16}$/, "bytes?": NUMBER, "issues?": NUMBER,
  },
  storage_failed: { silent: /^(true|false)$/, "status?": /^[1-5]\d\d$/ },
  binding_failed: { binding: /^(RATE_LIMIT|COUNTERS)$/ },
  panic: { file: /^[\w./-]+\.rs$/, line: NUMBER },
};

/** What the runtime notes by itself, in fixed words: an answer that breaks off while it is sent, with the code of its problem, and CONNECT. */
const RUNTIME = [
  /^Uncaught exception: [\w./+-]+:\d+: failed: remote\.jsg\.Error: (storage_unavailable|internal|Handler does not export a connect\(\) function\.)$/,
  /^Received a connect event but we lack a handler\. Did you remember to export a connect\(\) function\?$/,
];

/** Checks a line of the log: none of its values is one that a client could have chosen. */
export function assertLine(line) {
  if (RUNTIME.some((words) => words.test(line))) return;
  assert.match(line, /^\{.*\}$/);
  const { event, ...told } = JSON.parse(line);
  assert.ok(Object.hasOwn(LINES, event), `no line of ours: ${line}`);
  for (const [name, form] of Object.entries(LINES[event])) {
    const field = name.replace("?", "");
    if (name === field || field in told) assert.match(String(told[field]), form, `${field} in ${line}`);
    delete told[field];
  }
  assert.deepEqual(told, {}, `more than its fields in ${line}`);
}

/** Checks an answer, its headers included: a reader is given what was delivered, and none of this. */
export function assertDiscreet(text) {
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `a credential in ${text.slice(0, 500)}`);
  for (const words of FOREIGN) assert.doesNotMatch(text, words);
}
