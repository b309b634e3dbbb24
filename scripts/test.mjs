// npm test: every test on every host, after set-up and build.
//
//   npm test                  everything
//   npm test -- js www        some parts: check, rust, tools, js, edge, www
//
// A step that fails does not keep the others from running; the exit code is 0 only when all of them have passed.

import { existsSync, readdirSync } from "node:fs";
import { build } from "./build.mjs";
import { findChromium } from "./setup/chromium.mjs";
import { Failure, giveUp } from "./setup/failure.mjs";
import { at } from "./setup/places.mjs";
import { run } from "./setup/process.mjs";
import { span } from "./setup/progress.mjs";
import { setup } from "./setup.mjs";

const cargo = (...args) => ["cargo", args, "native"];
const node = (part) => () => {
  const folder = at("tests", part);
  const tests = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".test.mjs")) : [];
  if (tests.length === 0)
    throw new Failure({
      what: `tests/${part} holds no test`,
      advice: "A host without tests does not count as tested.",
    });
  return [
    "node",
    ["--test", "--test-timeout=300000", ...tests.sort().map((name) => `tests/${part}/${name}`)],
    "native",
  ];
};

const LINTS = ["--all-targets", "--", "-D", "warnings"];

// `built`: what has to be built first.
const STEPS = [
  { name: "rustfmt", parts: ["check", "rust"], command: cargo("fmt", "--check") },
  {
    name: "clippy",
    parts: ["check", "rust"],
    command: cargo("clippy", "--all-features", ...LINTS),
  },
  // What is there for one door alone must not be left over without it.
  { name: "clippy without features", parts: ["check", "rust"], command: cargo("clippy", ...LINTS) },
  {
    name: "bench",
    parts: ["check"],
    command: cargo("clippy", "--manifest-path", "bench/Cargo.toml", "--target-dir", "target/bench", ...LINTS),
  },
  {
    name: "rustdoc",
    parts: ["check", "rust"],
    command: cargo("rustdoc", "--lib", "--all-features", "--", "-D", "warnings"),
  },
  { name: "cargo test", parts: ["rust"], command: cargo("test", "--all-features", "--no-fail-fast") },
  // Packs the crate, changes that are not committed included, and builds it from the package alone.
  { name: "crate", parts: ["rust"], command: cargo("package", "--allow-dirty", "--offline") },
  {
    name: "types",
    parts: ["check"],
    built: "package",
    command: ["npm", ["run", "check", "--workspaces", "--if-present"], "node"],
  },
  { name: "types of the other Worker", parts: ["check"], command: ["npx", ["--no-install", "tsc", "-p", "bench/edge"], "node"] },
  { name: "types of the comparison", parts: ["check"], built: "package", command: ["npx", ["--no-install", "tsc", "-p", "bench/js"], "node"] },
  { name: "tools", parts: ["tools"], built: "all", command: node("tools") },
  { name: "package", parts: ["js"], built: "package", command: node("js") },
  { name: "Worker", parts: ["edge"], built: "all", command: node("edge") },
  { name: "page", parts: ["www"], built: "all", command: node("www") },
];

const PARTS = [...new Set(STEPS.flatMap(({ parts }) => parts))];

function chosen(wanted) {
  const unknown = wanted.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) {
    throw new Failure({
      what: `There is no part "${unknown}" of the tests`,
      advice: `Choose among ${PARTS.join(", ")}, or leave it out for all.`,
    });
  }
  return wanted.length === 0 ? STEPS : STEPS.filter(({ parts }) => parts.some((part) => wanted.includes(part)));
}

async function main() {
  const steps = chosen(process.argv.slice(2));
  const has = (part) => steps.some(({ parts }) => parts.includes(part));
  const extra = [
    has("check") || has("rust") ? "lints" : null,
    has("js") || has("www") || has("tools") ? "chromium" : null,
    has("js") ? "hosts" : null,
    has("tools") || has("check") ? "peers" : null,
  ].filter(Boolean);
  const environments = await setup(extra);
  const goals = new Set(steps.map(({ built }) => built).filter(Boolean));
  if (goals.size > 0) await build(goals.has("all") ? "all" : [...goals][0], environments);

  const browser = findChromium(environments.native);
  const results = [];
  for (const { name, command } of steps) {
    console.log(`\n— ${name}`);
    const began = Date.now();
    let passed = false;
    try {
      const [program, args, kind] = typeof command === "function" ? command() : command;
      const env = browser ? { ...environments[kind], CHROMIUM: browser } : environments[kind];
      passed = (await run(program, args, { env, show: true })).code === 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.log(error.message);
    }
    results.push({ name, passed, time: span(Date.now() - began) });
  }

  console.log("");
  for (const { name, passed, time } of results) console.log(`  ${passed ? "passed" : "FAILED"}  ${name} (${time})`);
  const failed = results.filter(({ passed }) => !passed);
  console.log(`\nnpm test: ${results.length - failed.length} of ${results.length} steps passed`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

main().catch(giveUp);
