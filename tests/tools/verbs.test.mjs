// The commands of README, run as a person runs them.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eachLine } from "../../scripts/setup/process.mjs";
import { at, BIN } from "../../scripts/setup/places.mjs";
import { DOCUMENTED } from "../../scripts/start/deliveries.mjs";

function folder(context) {
  const path = mkdtempSync(join(tmpdir(), "postcall-test-"));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** npm start in the background: `said(pattern)` waits for a line, `stop()` for its end after Ctrl-C. */
function npmStart(context, ...options) {
  const child = spawn(process.execPath, [at("scripts", "start.mjs"), ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  context.after(() => child.kill("SIGKILL"));
  const lines = [];
  const waiting = new Set();
  const look = () => waiting.forEach((check) => check());
  for (const stream of [child.stdout, child.stderr]) eachLine(stream, (line) => (lines.push(line), look()));
  const ended = new Promise((resolve) => child.on("close", (code) => (resolve(code), look())));
  const said = (pattern) =>
    new Promise((resolve, reject) => {
      const check = () => {
        const line = lines.find((text) => pattern.test(text));
        if (line === undefined && child.exitCode === null) return;
        waiting.delete(check);
        line === undefined ? reject(new Error(`npm start ended first:\n${lines.join("\n")}`)) : resolve(line);
      };
      waiting.add(check);
      check();
    });
  return { said, stop: (signal) => (child.kill(signal), ended) };
}

test(
  "npm start serves, delivers its samples, keeps them through a restart and stops when told to",
  { timeout: 120_000 },
  async (context) => {
    const state = folder(context);
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;

    const first = npmStart(context, "--port", String(port), "--state", state, "--sample");
    const token = (await first.said(/^ *API token +\w/)).trim().split(/ +/).at(-1);
    assert.match(await first.said(/^samples: /), /^samples: \d+ created$/);
    const curl = await first.said(/^ *curl .* --data-binary /);
    const calls = async () =>
      (await (await fetch(`${origin}/api/calls`, { headers: { Authorization: `Bearer ${token}` } })).json()).calls;
    const { call_id } = JSON.parse(readFileSync(DOCUMENTED, "utf8")).call;
    assert.ok((await calls()).some((call) => call.call_id === call_id));
    assert.equal((await fetch(`${origin}/`)).headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(await first.stop("SIGINT"), 0);
    await assert.rejects(fetch(`${origin}/healthz`), "nothing listens any more");

    const second = npmStart(context, "--port", String(port), "--state", state);
    await second.said(/^postcall is running/);
    assert.ok((await calls()).some((call) => call.call_id === call_id));
    const sent = spawnSync("sh", ["-c", curl], { encoding: "utf8", cwd: state });
    if (sent.status === 127) context.diagnostic("curl is not installed: its line was not run");
    else assert.equal(JSON.parse(sent.stdout).stored, "duplicate");
    assert.equal(await second.stop("SIGTERM"), 0);
  },
);

test("wrangler deploy --dry-run takes the repository as it stands", { timeout: 120_000 }, (context) => {
  const args = ["deploy", "--dry-run", "--outdir", folder(context)];
  const { status, stdout, stderr } = spawnSync(join(BIN, "wrangler"), args, { cwd: at(), encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  for (const name of ["CALLS", "RETENTION_DAYS", "MAX_BODY_BYTES", "ALLOWED_ORIGINS"])
    assert.ok(stdout.includes(`env.${name}`), stdout);
});

test("an unknown word on the command line is answered with the known ones", () => {
  const table = [
    ["start", "--prot"],
    ["test", "everything"],
    ["build", "universe"],
    ["fuzz", "everything"],
    ["bench", "everything"],
  ];
  for (const [verb, word] of table) {
    const { status, stderr } = spawnSync(process.execPath, [at("scripts", `${verb}.mjs`), word], { encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /^\nerror: /);
  }
});
