// npm run trigger against the Worker: what it sends is taken as new calls, and what it says is what became of them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fresh, list } from "../../scripts/trigger/samples.mjs";
import { call, keys } from "./client.mjs";
import { SECRET, startWorker, TOKEN } from "./worker.mjs";

let worker;
before(async () => (worker = await startWorker({ vars: { SIGNING_SECRETS: SECRET } })));
after(() => worker?.stop());

const SCRIPT = new URL("../../scripts/trigger.mjs", import.meta.url).pathname;
const known = ["--token", TOKEN, "--secret", SECRET];

/** Runs the script; not synchronously, as the Worker is served by this process. */
function trigger(...options) {
  const child = spawn(process.execPath, [SCRIPT, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (said[name] += text));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
}

test("one call is sent, and the line says what became of it", async () => {
  const { code, stdout } = await trigger("--url", worker.url, ...known);
  assert.equal(code, 0);
  const [, id] = /^200 {2}created +(trigger-[0-9a-f-]{36}) +\d+ ms {2}documented-shape\n$/.exec(stdout);
  assert.equal((await call(worker, id)).json.summary.outcome.kind, "connected");
});

test("every sample is taken as a call of its own, and its repeat as a duplicate", async () => {
  const { code, stdout } = await trigger("--url", worker.url, ...known, "--sample", "all", "--repeat", "--json");
  const { origin, deliveries, refused } = JSON.parse(stdout);
  assert.deepEqual([code, origin, refused], [0, worker.url, 0]);
  const names = list().map(({ name }) => name);
  assert.ok(names.length > 20);
  assert.deepEqual(deliveries.map(({ sample }) => sample), names.flatMap((name) => [name, name]));
  assert.deepEqual([...new Set(deliveries.map(({ stored }, at) => `${at % 2} ${stored}`))], ["0 created", "1 duplicate"]);
  assert.equal(new Set(deliveries.map(({ call_id }) => call_id)).size, names.length);
});

test("a count sends so many new calls; a webhook's whole address will do", async () => {
  const { code, stdout } = await trigger("--url", `${worker.url}/webhook/${TOKEN}`, "--secret", SECRET, "--count", "3");
  assert.equal(code, 0);
  assert.equal(stdout.match(/created/g).length, 3);
});

test("a file of secrets serves as well", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "postcall-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "vars");
  writeFileSync(file, `WEBHOOK_TOKENS="${TOKEN},next"\nSIGNING_SECRETS=${SECRET}\n`);
  assert.equal((await trigger("--url", worker.url, "--secrets-file", file)).code, 0);
  const { code, stderr } = await trigger("--url", worker.url, "--secrets-file", join(folder, "absent"));
  assert.deepEqual([code, /is missing or names no secret/.test(stderr)], [1, true]);
});

test("what is refused shows in the exit code, with its word and the way out", async () => {
  const before = await keys(worker);
  for (const wrong of [["--token", "wrong", "--secret", SECRET], ["--token", TOKEN, "--secret", "wrong"]]) {
    const { code, stdout, stderr } = await trigger("--url", worker.url, ...wrong);
    assert.equal(code, 1);
    assert.match(stdout, /^401 {2}unauthorized /);
    assert.match(stderr, /1 of 1 were not taken\. Token and secret/);
    assert.doesNotMatch(stdout + stderr, new RegExp(TOKEN));
  }
  assert.deepEqual(await keys(worker), before);
});

test("where nothing listens, and where an option is wrong, it says so", async () => {
  const table = [
    [["--url", "http://127.0.0.1:9"], /127\.0\.0\.1:9 could not be reached/],
    [["--url", "ftp://x"], /--url needs an address/],
    [["--sample", "absent"], /no sample "absent"/],
    [["--count", "0"], /--count needs/],
    [["--colour"], /--colour/],
  ];
  for (const [options, said] of table) {
    const { code, stderr } = await trigger(...options);
    assert.equal(code, 1);
    assert.match(stderr, said);
  }
  const { stdout } = await trigger("--help");
  for (const option of ["url", "token", "secret", "secrets-file", "sample", "count", "repeat", "list", "json"]) assert.ok(stdout.includes(`--${option}`), option);
  assert.match((await trigger("--list")).stdout, /^documented-shape +connected +Connected for/m);
});

test("a fresh call has just ended: its times move together, each in its own form", () => {
  const text = JSON.stringify({
    call: { call_id: "old", duration: 60, start_time: "2026-03-10T11:00:00+01:00" },
    executed_actions: { a: { call_id: "old", timestamp: 1773136830.5, timestamp_datetime: "2026-03-10T10:00:30" } },
  });
  const { id, body } = fresh({ text }, { now: Date.UTC(2026, 5, 1, 12, 1), id: "new" });
  assert.equal(id, "new");
  assert.deepEqual(JSON.parse(body), {
    call: { call_id: "new", duration: 60, start_time: "2026-06-01T13:00:00+01:00" },
    executed_actions: { a: { call_id: "new", timestamp: Date.UTC(2026, 5, 1, 12, 0, 30, 500) / 1000, timestamp_datetime: "2026-06-01T12:00:30" } },
  });
  const odd = JSON.stringify({ call: { call_id: "old", start_time: "yesterday" } });
  assert.deepEqual(JSON.parse(fresh({ text: odd }, { id: "new" }).body), { call: { call_id: "new", start_time: "yesterday" } });
});
