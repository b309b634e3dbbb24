// The examples of docs/http-api.md run as they stand, one after the other, and leave out no route.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { API_TOKEN, SECRET, startWorker, TOKEN } from "./worker.mjs";

const PAGE = readFileSync(new URL("../../docs/http-api.md", import.meta.url), "utf8");
const DOCUMENT = JSON.parse(readFileSync(new URL("../../src/edge/openapi.json", import.meta.url), "utf8"));

let worker;
const folder = mkdtempSync(join(tmpdir(), "postcall-docs-"));
before(async () => (worker = await startWorker({ vars: { SIGNING_SECRETS: SECRET } })));
after(async () => {
  await worker?.stop();
  rmSync(folder, { recursive: true });
});

test("every example runs, and together they ask for every route", async () => {
  const blocks = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => code);
  assert.ok(blocks.length > 8);
  writeFileSync(join(folder, ".dev.vars"), `WEBHOOK_TOKENS="${TOKEN},other"\nSIGNING_SECRETS=${SECRET}\nAPI_TOKENS=${API_TOKEN}\n`);
  // An answer that is an error ends curl with one; so does a stream that breaks off.
  mkdirSync(join(folder, "home"));
  writeFileSync(join(folder, "home", ".curlrc"), "fail-with-body\n");
  const script = ["set -eu", ...blocks].join("\n").replace("http://127.0.0.1:8787", worker.url);
  const { stdout } = await promisify(execFile)("sh", ["-c", script], {
    cwd: folder, env: { ...process.env, HOME: join(folder, "home"), CURL_HOME: join(folder, "home") }, maxBuffer: 1e7,
  });
  for (const word of ["created", "conflict", "quarantined"]) assert.ok(stdout.includes(`"stored":"${word}"`), word);
  assert.match(readFileSync(join(folder, "postcall-calls.csv"), "utf8"), /^call_id,[^]*\r\ndocs-1,/);
  assert.ok(readFileSync(join(folder, "calls.ndjson"), "utf8").includes("docs-1"));
  assert.deepEqual(readdirSync(folder).sort(), [".dev.vars", "calls.ndjson", "head.txt", "home", "postcall-calls.csv"]);

  const asked = new Set(worker.logs.map((line) => JSON.parse(line)).filter(({ event }) => event === "request").map(({ route, method }) => `${method} ${route}`));
  const paths = Object.entries(DOCUMENT.paths).filter(([path]) => path !== "/webhook");
  const wanted = paths.flatMap(([path, item]) =>
    ["get", "post", "delete"].filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`));
  for (const one of wanted) assert.ok(asked.has(one), `no example asks for ${one}`);
});
