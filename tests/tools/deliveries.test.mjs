// What npm start prints and sends.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { curlLine, DOCUMENTED, door, samples, sign } from "../../scripts/start/deliveries.mjs";
import { HOST, readPort, wantFree } from "../../scripts/start/port.mjs";

const ORIGIN = "http://127.0.0.1:8787";

test("the signature is the platform's", () => {
  assert.equal(sign("123456789", "your-secret-key"), "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A=");
});

test("of several tokens and secrets the first is used, blanks are passed over", () => {
  const secrets = { WEBHOOK_TOKENS: " , a b ,c", SIGNING_SECRETS: "s1,s2", API_TOKENS: "" };
  assert.deepEqual(door(secrets, ORIGIN), { url: `${ORIGIN}/webhook/a%20b`, secret: "s1", api_token: null });
  assert.deepEqual(door({}, ORIGIN), { url: `${ORIGIN}/webhook`, secret: null, api_token: null });
});

// A shell splits the line into the words that curl would get.
function words(line) {
  const { stdout } = spawnSync("sh", ["-c", `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }; ${line}`], {
    encoding: "utf8",
  });
  return stdout.split("\0").slice(0, -1);
}

test("the curl line carries token, signature and file through the shell", () => {
  const target = door({ WEBHOOK_TOKENS: "t0ken", SIGNING_SECRETS: "it's $HOME" }, ORIGIN);
  const { call_id } = JSON.parse(readFileSync(DOCUMENTED, "utf8")).call;
  assert.deepEqual(words(curlLine(DOCUMENTED, target)), [
    ...["-sS", "-X", "POST", `${ORIGIN}/webhook/t0ken`],
    ...["-H", "Content-Type: application/json", "-H", `Synthflow-Signature: ${sign(call_id, "it's $HOME")}`],
    ...["--data-binary", `@${DOCUMENTED}`],
  ]);
});

test("without a signing secret the curl line has no signature", () => {
  assert.doesNotMatch(curlLine(DOCUMENTED, door({ WEBHOOK_TOKENS: "t" }, ORIGIN)), /signature/i);
});

test("the samples are a handful of different calls, the documented one first", () => {
  const files = samples(5);
  assert.equal(files[0], DOCUMENTED);
  const ids = files.map((file) => JSON.parse(readFileSync(file, "utf8")).call.call_id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.length > 1 && ids.length <= 5);
});

test("a port is a number from 1 to 65535", () => {
  assert.equal(readPort("8788"), 8788);
  for (const text of ["0", "65536", "http", "", "-1", "1e3", undefined])
    assert.throws(() => readPort(text), /--port needs a number/);
});

test("a port in use is refused with the way to another", async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address();
  await assert.rejects(wantFree(port), new RegExp(`Port ${port} is in use[^]*npm start -- --port \\d+`));
  await new Promise((resolve) => server.close(resolve));
  await wantFree(port);
});
