// npm run bench: measures, and prints ratios with their spread beside their bounds. Exits with 1 where a bound is missed; on a
// shared machine times move, so look at the spread before you look for a reason.
//
//   npm run bench                    everything: core, js, edge, pages
//   npm run bench -- core            the core beside serde_json, natively and in WebAssembly
//   npm run bench -- js              the package beside other validators: in Node, workerd and Chromium
//   npm run bench -- edge            the Worker: how fast it starts, what a request costs in CPU
//   npm run bench -- pages           the pages in Chromium: the first view, a large batch, a long list
//   npm run bench -- js --write      writes the tables and the plot of docs/performance.md as well
//   npm run -s bench -- --json       the figures as JSON on standard output, all else on standard error

import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { core } from "./bench/core.mjs";
import { edge } from "./bench/edge.mjs";
import { js } from "./bench/js.mjs";
import { pages } from "./bench/pages.mjs";
import { Failure, giveUp } from "./setup/failure.mjs";
import { LOGS } from "./setup/places.mjs";
import { complaint, run } from "./setup/process.mjs";
import { Progress } from "./setup/progress.mjs";
import { setup } from "./setup.mjs";

const PARTS = { core, js, edge, pages };
const OPTIONS = ["--json", "--write"];
const LOG = join(LOGS, "bench.log");

function asked(words) {
  const wanted = words.filter((word) => !OPTIONS.includes(word));
  const unknown = wanted.find((word) => !Object.hasOwn(PARTS, word));
  if (unknown !== undefined) {
    throw new Failure({
      what: `There is nothing called "${unknown}" to measure`,
      advice: `Choose among ${Object.keys(PARTS).join(", ")}, or leave it out for all; --json prints for machines, --write writes docs/performance.md.`,
    });
  }
  const parts = wanted.length > 0 ? [...new Set(wanted)] : Object.keys(PARTS);
  return { parts, json: words.includes("--json"), written: words.includes("--write") };
}

/** Runs a command. What its last line of JSON says, if it prints one. */
async function tell(line, command, args, env) {
  const onLine = (text) => line.detail(text.trim().slice(0, 70));
  const { code, lines } = await run(command, args, { env, log: LOG, onLine });
  if (code !== 0) {
    throw new Failure({
      what: "The benchmark could not be built or did not run to its end",
      command: [basename(command), ...args].join(" "),
      said: complaint(lines),
      log: LOG,
      advice: "If the answers of those who are compared differ, the log says in what.",
    });
  }
  const told = lines.findLast((text) => text.startsWith("{"));
  return told === undefined ? undefined : JSON.parse(told);
}

/** Whether anywhere in the results a bound does not hold. */
function misses(results) {
  if (typeof results !== "object" || results === null) return false;
  return results.holds === false || Object.values(results).some(misses);
}

async function main() {
  const { parts, json, written } = asked(process.argv.slice(2));
  const print = process.stdout.write.bind(process.stdout);
  // What set-up and the steps say on their way is not for the machine.
  if (json) process.stdout.write = process.stderr.write.bind(process.stderr);
  const environments = await setup([...new Set(parts.flatMap((part) => PARTS[part].extra ?? []))]);
  rmSync(LOG, { force: true });
  const progress = new Progress(parts.flatMap((part) => PARTS[part].steps).length);
  const results = {};
  let number = 0;
  for (const part of parts) {
    results[part] = [];
    for (const { name, doing, work } of PARTS[part].steps) {
      const line = progress.begin((number += 1), name, doing);
      results[part].push(await work((command, args, env) => tell(line, command, args, env), environments));
      line.end("measured");
    }
  }
  if (json) print(`${JSON.stringify(results, null, 2)}\n`);
  else for (const part of parts) PARTS[part].print(results[part]);
  if (written) for (const part of parts) PARTS[part].write?.(results[part]);
  if (misses(results)) process.exitCode = 1;
}

main().catch(giveUp);
