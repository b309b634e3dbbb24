// Set-up: looks for everything that building, starting and testing need, and brings what is missing.
//
//   npm run setup                what `npm start` needs
//   npm run setup -- --tests     what `npm test` and `npm run bench` need besides
//
// Every step first looks whether there is something to do; nothing to do takes less than a second. A step that was
// interrupted begins again, or goes on where its tool can. Steps that do not wait for each other run at the same time.

import { realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "./setup/chromium.mjs";
import { environments, withPath } from "./setup/environment.mjs";
import { giveUp } from "./setup/failure.mjs";
import { withLock } from "./setup/lock.mjs";
import { node } from "./setup/node.mjs";
import { hosts, npmPackages, peers } from "./setup/npm.mjs";
import { LOGS } from "./setup/places.mjs";
import { Progress, span } from "./setup/progress.mjs";
import { lints, remembered, rust } from "./setup/rust.mjs";
import { secrets } from "./setup/secrets.mjs";
import { clearShared, wasmBindgen } from "./setup/tools.mjs";

// In the order in which they are counted and shown; each names the steps that it waits for.
const STEPS = [
  { step: npmPackages, after: [] },
  { step: rust, after: [] },
  { step: node, after: [npmPackages] },
  { step: wasmBindgen, after: [rust] },
  { step: secrets, after: [] },
];
// What only tests and benchmarks need, by the name under which `setup` is asked for it.
const EXTRA = {
  lints: { step: lints, after: [rust] },
  chromium: { step: chromium, after: [rust] }, // both may call apt-get
  hosts: { step: hosts, after: [npmPackages] },
  peers: { step: peers, after: [npmPackages] },
};

async function work(steps, env) {
  const progress = new Progress(steps.length);
  const done = new Map();
  let worked = 0;

  const attempt = async ({ step, after }, number) => {
    await Promise.all(after.map((earlier) => done.get(earlier)));
    if (await step.check({ env })) return;
    worked += 1;
    const log = join(LOGS, `${step.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.log`);
    rmSync(log, { force: true });
    const line = progress.begin(number, step.name, step.doing);
    const detail = (text) => line.detail(text.trim().slice(0, 70));
    line.end(await step.work({ env, log, detail, note: (text) => progress.note(text) }));
  };

  steps.forEach((entry, index) => done.set(entry.step, attempt(entry, index + 1)));
  await Promise.all(done.values());
  return worked;
}

async function missing(steps, env) {
  // A step may rest on the answer of an earlier one: in order, up to the first that has something to do.
  for (const { step } of steps) {
    if (!(await step.check({ env }))) return true;
  }
  return false;
}

/**
 * Brings everything that is missing and gives the environments for child processes (see setup/environment.mjs).
 * @param {("lints" | "chromium" | "hosts" | "peers")[]} extra
 * @throws {import("./setup/failure.mjs").Failure}
 */
export async function setup(extra = []) {
  const steps = [...STEPS, ...extra.map((name) => EXTRA[name])];
  const env = withPath(process.env, []);
  if (await missing(steps, env)) {
    const waiting = (pid) => console.log(`set-up: another one is running (process ${pid}), waiting for it`);
    await withLock(join(LOGS, "lock"), () => work(steps, env), waiting);
    clearShared();
  }
  return environments(remembered(), env);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const began = Date.now();
  setup(process.argv.includes("--tests") ? Object.keys(EXTRA) : [])
    .then(() => console.log(`set-up: everything is there (${span(Date.now() - began)})`))
    .catch(giveUp);
}
