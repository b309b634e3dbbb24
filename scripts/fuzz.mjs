// npm run fuzz: looks for inputs that break a law of the core, with cargo-fuzz on a nightly compiler.
//
//   npm run fuzz                      every target for 60 s
//   npm run fuzz -- 10                every target for 10 s
//   npm run fuzz -- 600 validate      one target for ten minutes
//
// It begins with the payloads of tests/cases and what fuzz/seeds holds, goes on from what earlier runs have grown in
// fuzz/corpus, and is no part of the tests. The exit code is 0 only when no input was found.

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { withCompiler } from "./setup/environment.mjs";
import { Failure, giveUp } from "./setup/failure.mjs";
import { at, LOGS, ROOT, TOOLS } from "./setup/places.mjs";
import { ask, complaint, executable, run, which } from "./setup/process.mjs";

const CARGO_FUZZ = "0.13.2";
const ARTIFACTS = at("fuzz", "artifacts");
const LOG = join(LOGS, "fuzz.log");

const targets = readdirSync(at("fuzz", "fuzz_targets"))
  .filter((name) => name.endsWith(".rs"))
  .map((name) => name.slice(0, -3))
  .sort();

function asked(words) {
  const seconds = words.filter((word) => /^[1-9]\d*$/.test(word));
  const wanted = words.filter((word) => targets.includes(word));
  const unknown = words.find((word) => !seconds.includes(word) && !wanted.includes(word));
  if (unknown !== undefined || seconds.length > 1) {
    throw new Failure({
      what: unknown === undefined ? "More than one number of seconds is given" : `There is no target "${unknown}"`,
      advice: `Give the seconds for each target, or choose among ${targets.join(", ")}, or both, or nothing.`,
    });
  }
  return { seconds: Number(seconds[0] ?? 60), chosen: wanted.length > 0 ? wanted : targets };
}

/** The environment of a nightly compiler, which is looked for and never installed: it is a gigabyte. */
async function nightly() {
  const outside = withCompiler(process.env, {});
  const rustup = which("rustup", outside.PATH);
  const listed = rustup ? await ask(rustup, ["toolchain", "list"], { env: outside }) : null;
  const names = (listed ?? "").split("\n").map((line) => line.split(" ")[0]);
  const toolchain = names.find((name) => name.startsWith("nightly"));
  if (!toolchain) {
    throw new Failure({
      what: `Fuzzing needs a nightly Rust compiler, and ${rustup ? "rustup has none" : "there is no rustup to ask for one"}`,
      advice:
        `${rustup ? "Run" : "Install rustup (rustup.rs), then run"} ` +
        "rustup toolchain install nightly --profile minimal, and then this again. Nothing else here needs it.",
    });
  }
  const env = withCompiler(process.env, { toolchain });
  return { ...env, PATH: `${join(TOOLS, "bin")}:${env.PATH}` };
}

/** Runs a command of cargo, its output in the log. */
async function cargo(args, env, what, advice) {
  const { code, lines } = await run("cargo", args, { env, log: LOG });
  if (code !== 0)
    throw new Failure({ what, command: `cargo ${args.join(" ")}`, said: complaint(lines), log: LOG, advice });
}

async function prepare(env) {
  if (!executable(join(TOOLS, "bin", "cargo-fuzz"))) {
    console.log(`fuzz: building cargo-fuzz ${CARGO_FUZZ}, about 1 min`);
    await cargo(
      ["install", `cargo-fuzz@${CARGO_FUZZ}`, "--locked", "--root", TOOLS],
      env,
      "cargo-fuzz could not be built",
      "Check that the crate registry can be reached and that a C linker (cc) is installed.",
    );
  }
  console.log("fuzz: building the targets");
  await cargo(
    ["fuzz", "build", ...SETTINGS],
    env,
    "The targets could not be built",
    "They need a C++ compiler (c++) besides Rust, and the laws in tests/laws, which they share.",
  );
}

// With an address sanitizer, for the loads of vectors.
const SETTINGS = ["--sanitizer", "address", "--target-dir", at("target", "fuzz")];

/** The inputs that broke a target, by their paths. */
function finds(target) {
  const folder = join(ARTIFACTS, target);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** Runs a target. Its number of executions, and what it has found. */
async function fuzz(target, seconds, env) {
  const corpus = at("fuzz", "corpus", target);
  const seeds = at("fuzz", "seeds", target);
  mkdirSync(corpus, { recursive: true });
  const before = new Set(finds(target));
  const places = [corpus, existsSync(seeds) ? seeds : at("tests", "cases")];
  const bounds = [`-max_total_time=${seconds}`, "-max_len=16384", "-timeout=10", "-print_final_stats=1"];
  const { code, lines } = await run("cargo", ["fuzz", "run", ...SETTINGS, target, ...places, "--", ...bounds], {
    env,
    log: LOG,
  });
  const units = lines.findLast((line) => line.startsWith("stat::number_of_executed_units:"));
  return {
    executions: Number(units?.split(":").at(-1) ?? 0),
    found: finds(target).filter((path) => !before.has(path)),
    failed: code !== 0,
  };
}

async function main() {
  const { seconds, chosen } = asked(process.argv.slice(2));
  const env = await nightly();
  await prepare(env);
  for (const target of chosen) {
    const { executions, found, failed } = await fuzz(target, seconds, env);
    const times = executions.toLocaleString("en").padStart(12);
    const span = failed ? "executions, then it broke" : `executions in ${seconds} s`;
    console.log(`  ${failed ? "FOUND " : "passed"}  ${target.padEnd(13)}${times} ${span}`);
    for (const path of found) console.log(`          ${relative(ROOT, path)} (${readFileSync(path).length} bytes)`);
    if (failed) process.exitCode = 1;
  }
  if (process.exitCode === 1) {
    console.log(
      `\nWhat broke is told in ${relative(ROOT, LOG)}. To make a find smaller:\n\n` +
        "  PATH=target/tools/bin:$PATH cargo +nightly fuzz tmin <target> <file>\n\n" +
        "Then it becomes a folder of tests/cases, or a sentence of a test, and the core is mended.",
    );
  }
}

main().catch(giveUp);
