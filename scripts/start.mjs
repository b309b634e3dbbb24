// npm start: set-up, build, and the Worker on this machine, until Ctrl-C.
//
//   npm start -- --port 8788    another port than 8787
//   npm start -- --sample       also sends a handful of sample calls, so that the page has something to show
//   npm start -- --state dir    keeps the calls in another folder than .wrangler/state

import { createWriteStream, mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { Failure, giveUp } from "./setup/failure.mjs";
import { at, BIN, LOGS, ROOT } from "./setup/places.mjs";
import { eachLine, endsWhenStopped, start } from "./setup/process.mjs";
import { localSecrets, SECRETS } from "./setup/secrets.mjs";
import { setup } from "./setup.mjs";
import { curlLine, deliver, DOCUMENTED, door, samples } from "./start/deliveries.mjs";
import { HOST, readPort, wantFree } from "./start/port.mjs";

const READY_WITHIN_SECONDS = 60;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "8787" },
        sample: { type: "boolean", default: false },
        state: { type: "string", default: at(".wrangler", "state") },
      },
    });
    return { port: readPort(values.port), sample: values.sample, state: resolve(values.state) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure({
      what: error.message.split(". ")[0],
      advice: "npm start knows --port <number>, --sample and --state <folder>, all after a --: npm start -- --sample",
    });
  }
}

// wrangler's lines name the address of each request, and with it the token of the webhook: not in a log.
function masked(line, secrets) {
  const values = Object.keys(SECRETS).flatMap((name) => (secrets[name] ?? "").split(",").map((value) => value.trim()));
  return values.filter((value) => value !== "").reduce((text, value) => text.replaceAll(value, "…"), line);
}

function startWorker(port, state, secrets, env) {
  const log = join(LOGS, "wrangler.log");
  mkdirSync(LOGS, { recursive: true });
  const file = createWriteStream(log);
  const options = [
    "--local",
    "--ip",
    HOST,
    "--port",
    String(port),
    "--persist-to",
    state,
    "--show-interactive-dev-session=false",
  ];
  const child = start(join(BIN, "wrangler"), ["dev", ...options], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    leader: true,
  });
  const worker = { log, loud: false, last: [], ended: child.ended };
  for (const stream of [child.stdout, child.stderr]) {
    eachLine(stream, (heard) => {
      const line = masked(heard, secrets);
      file.write(`${line}\n`);
      worker.last = [...worker.last, line].slice(-20);
      if (worker.loud) console.log(line);
    });
  }
  return worker;
}

async function ready(origin, state, worker) {
  let gone = false;
  worker.ended.then(() => (gone = true));
  const until = Date.now() + READY_WITHIN_SECONDS * 1000;
  while (!gone && Date.now() < until) {
    const answer = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    if (answer) return answer.text();
    await sleep(150);
  }
  throw new Failure({
    what: gone
      ? "The local Worker ended before it was ready"
      : `The local Worker was not ready within ${READY_WITHIN_SECONDS} s`,
    command: "wrangler dev",
    said: worker.last.slice(-6).join(" | "),
    log: worker.log,
    advice: `If the stored calls are damaged, move ${relative(ROOT, state)} away and start again; else see the log.`,
  });
}

function tell(origin, state, target) {
  const rows = [
    ["page", `${origin}/`],
    ["webhook", target.url],
    ["API", `${origin}/api/calls`],
    ["API token", target.api_token ?? "none: API_TOKENS in .dev.vars is empty"],
    ["health", `${origin}/healthz`],
  ];
  console.log("\npostcall is running\n");
  for (const [name, value] of rows) console.log(`  ${name.padEnd(10)} ${value}`);
  console.log(`\nDeliver a call to it, as the platform would:\n\n  ${curlLine(DOCUMENTED, target)}`);
  if (target.api_token)
    console.log(`\nRead what it has:\n\n  curl -sS -H 'Authorization: Bearer ${target.api_token}' ${origin}/api/calls`);
  console.log(`\nThe calls are kept in ${relative(ROOT, state)}, the secrets in .dev.vars. Ctrl-C stops it.\n`);
}

async function main() {
  const { port, sample, state } = readArguments();
  await wantFree(port);
  const environments = await setup();
  await build("all", environments);

  const origin = `http://${HOST}:${port}`;
  const secrets = localSecrets();
  const worker = startWorker(port, state, secrets, environments.node);
  await ready(origin, state, worker);
  endsWhenStopped();
  const target = door(secrets, origin);
  tell(origin, state, target);
  if (sample) {
    const answers = await deliver(samples(), target);
    const counts = [...new Set(answers)].map((what) => `${answers.filter((answer) => answer === what).length} ${what}`);
    console.log(`samples: ${counts.join(", ")}\n`);
  }
  worker.loud = true;
  const code = await worker.ended;
  throw new Failure({
    what: `The local Worker has ended by itself (exit code ${code})`,
    log: worker.log,
    advice: "Start it again: npm start",
  });
}

main().catch(giveUp);
