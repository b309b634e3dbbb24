// Build: whatever has changed, and nothing else.
//
//   node scripts/build.mjs            everything: the package, the pages, the Worker
//   node scripts/build.mjs package    pkg/dist
//   node scripts/build.mjs pages      www/dist, and what it rests on
//   node scripts/build.mjs worker     build/

import { realpathSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stamped, upToDate } from "./build/stamp.mjs";
import { GOALS } from "./build/steps.mjs";
import { Failure, giveUp } from "./setup/failure.mjs";
import { withLock } from "./setup/lock.mjs";
import { at, LOGS } from "./setup/places.mjs";
import { complaint, run } from "./setup/process.mjs";
import { Progress, span } from "./setup/progress.mjs";
import { setup } from "./setup.mjs";

async function runStep(step, number, progress, environments) {
  const log = join(LOGS, `build-${step.id}.log`);
  rmSync(log, { force: true });
  const line = progress.begin(number, step.name, "building");

  const tell = async (command, args, env) => {
    const { code, lines } = await run(command, args, {
      env,
      log,
      onLine: (text) => line.detail(text.trim().slice(0, 70)),
    });
    if (code === 0) return;
    process.stderr.write(`\n${lines.slice(-60).join("\n")}\n`);
    throw new Failure({
      what: `The build of the ${step.name} failed`,
      command: [basename(command), ...args].join(" "),
      said: complaint(lines),
      log,
      advice:
        "If that is not about a change of yours, remove the folders target/build-stamps and target/wasm-* and try again.",
    });
  };

  await stamped(step, () => step.work(tell, environments));
  line.end("built");
}

/** Brings everything of the goal up to date. Gives how many steps had something to do. */
export async function build(goal, environments) {
  const steps = GOALS[goal];
  const progress = new Progress(steps.length);
  const waiting = (pid) => console.log(`build: another one is running (process ${pid}), waiting for it`);
  return withLock(
    at("target", "build-stamps", "lock"),
    async () => {
      const done = new Map();
      let built = 0;
      const attempt = async (step, number) => {
        await Promise.all(step.after.map((earlier) => done.get(earlier)));
        if (upToDate(step)) return;
        built += 1;
        await runStep(step, number, progress, environments);
      };
      steps.forEach((step, index) => done.set(step, attempt(step, index + 1)));
      await Promise.all(done.values());
      return built;
    },
    waiting,
  );
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const goal = process.argv[2] ?? "all";
  const began = Date.now();
  const main = async () => {
    if (!Object.hasOwn(GOALS, goal)) {
      throw new Failure({
        what: `There is nothing called "${goal}" to build`,
        advice: `Choose one of ${Object.keys(GOALS).join(", ")}.`,
      });
    }
    const built = await build(goal, await setup());
    console.log(`build: ${built === 0 ? "nothing has changed" : "done"} (${span(Date.now() - began)})`);
  };
  main().catch(giveUp);
}
