// npm run trigger: sends signed sample calls to a Worker, as the platform would.
//
//   npm run trigger                                                    one call to the local Worker, with .dev.vars
//   npm run trigger -- --sample all --count 3 --repeat                 several, each delivered twice
//   npm run trigger -- --url https://calls.example.com --secrets-file .dev.vars
//   npm run trigger -- --help

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Failure, giveUp } from "./setup/failure.mjs";
import { localSecrets } from "./setup/secrets.mjs";
import { door, headers } from "./start/deliveries.mjs";
import { fresh, list, PREFIX } from "./trigger/samples.mjs";

const DEFAULT_SAMPLE = "documented-shape";
const PATIENCE = 15_000;

const HELP = `npm run trigger -- [options]: sends signed sample calls to a Worker, as the platform would

  --url <address>        the Worker, or a webhook's whole address (http://127.0.0.1:8787)
  --token <token>        the token of the webhook
  --secret <secret>      the secret that signs the call's id
  --secrets-file <file>  takes both from a file like .dev.vars; a Worker on this machine has .dev.vars unless told otherwise
  --sample <name>        which call to send, or all (${DEFAULT_SAMPLE})
  --count <number>       how many calls of each (1)
  --repeat               delivers each call twice, the second time as the platform's retry would
  --list                 names the samples and sends nothing
  --json                 prints for machines

Every call is new: its id begins with ${PREFIX} and it has just ended. The people in it are invented.
The exit code is 0 when every delivery was taken (200, or 202 for the quarantine).`;

const OPTIONS = {
  url: { type: "string", default: "http://127.0.0.1:8787" },
  token: { type: "string" },
  secret: { type: "string" },
  "secrets-file": { type: "string" },
  sample: { type: "string", default: DEFAULT_SAMPLE },
  count: { type: "string", default: "1" },
  repeat: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};

const wrong = (what, advice = "npm run trigger -- --help tells all options.") => new Failure({ what, advice });

function readArguments() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    throw wrong(error.message.split(". ")[0]);
  }
  const count = /^\d{1,6}$/.test(values.count) ? Number(values.count) : 0;
  if (count < 1) throw wrong("--count needs a whole number from 1 to 999999");
  const url = URL.canParse(values.url) ? new URL(values.url) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) throw wrong("--url needs an address that begins with http:// or https://");
  return { ...values, url, count };
}

function chosen(name) {
  const samples = list();
  const found = name === "all" ? samples : samples.filter((sample) => sample.name === name);
  if (found.length === 0) throw wrong(`There is no sample "${name}"`, "npm run trigger -- --list names them.");
  return found;
}

const isLocal = ({ hostname }) => hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);

/** Where to deliver, and with which secret. The secrets of this machine go nowhere else unless they are asked for. */
function target({ url, token, secret, "secrets-file": file }) {
  const found = file !== undefined ? localSecrets(resolve(file)) : isLocal(url) ? localSecrets() : {};
  if (file !== undefined && Object.keys(found).length === 0) throw wrong(`${file} is missing or names no secret`);
  const named = door({ ...found, ...(token !== undefined && { WEBHOOK_TOKENS: token }), ...(secret !== undefined && { SIGNING_SECRETS: secret }) }, url.origin);
  return /^\/webhook(\/|$)/.test(url.pathname) ? { ...named, url: url.href } : named;
}

async function deliver(body, to) {
  const began = performance.now();
  const init = { method: "POST", body, headers: headers(body, to), redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
  let answer;
  try {
    answer = await fetch(to.url, init);
    const text = await answer.text();
    const told = /json/.test(answer.headers.get("content-type") ?? "") ? JSON.parse(text) : {};
    return { status: answer.status, stored: told.stored ?? null, problem: told.type?.split(":").at(-1) ?? null, ms: Math.round(performance.now() - began) };
  } catch (error) {
    // The address holds the token: its origin is enough to know which it was.
    const why = error.name === "TimeoutError" ? `did not answer within ${PATIENCE / 1000} s` : `could not be reached (${error.cause?.code ?? error.name})`;
    throw new Failure({ what: `${new URL(to.url).origin} ${why}`, advice: "A Worker on this machine is started by npm start." });
  }
}

async function main() {
  const options = readArguments();
  if (options.help) return console.log(HELP);
  if (options.list) {
    const samples = list().map(({ name, outcome, headline }) => ({ name, outcome, headline }));
    if (options.json) return console.log(JSON.stringify(samples, null, 2));
    for (const { name, outcome, headline } of samples) console.log(`${name.padEnd(36)}${outcome.padEnd(13)}${headline}`);
    return;
  }
  const to = target(options);
  const deliveries = [];
  for (let round = 0; round < options.count; round += 1) {
    for (const sample of chosen(options.sample)) {
      const { id, body } = fresh(sample);
      for (let time = 0; time <= Number(options.repeat); time += 1) {
        const delivery = { sample: sample.name, call_id: id, ...(await deliver(body, to)) };
        deliveries.push(delivery);
        if (options.json) continue;
        const { status, stored, problem, ms } = delivery;
        console.log(`${status}  ${(stored ?? problem ?? "no word").padEnd(14)}${id}  ${`${ms} ms`.padStart(8)}  ${sample.name}`);
      }
    }
  }
  const refused = deliveries.filter(({ status }) => status !== 200 && status !== 202);
  if (options.json) console.log(JSON.stringify({ origin: new URL(to.url).origin, deliveries, refused: refused.length }, null, 2));
  else if (refused.length > 0) console.error(`\n${refused.length} of ${deliveries.length} were not taken. ${advice(refused[0].status)}`);
  process.exitCode = refused.length === 0 ? 0 : 1;
}

const advice = (status) =>
  ({
    401: "Token and secret must be those of the Worker; where both are configured, both must be given.",
    404: "Nothing at this address receives calls: --url takes the Worker's own address.",
    503: "The Worker's /healthz says what is missing.",
  })[status] ?? "The Worker's log has a line for each of them.";

main().catch(giveUp);
