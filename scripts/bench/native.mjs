// The core natively: `cargo bench --bench core` of bench/, whose samples criterion writes beside what it prints.

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { at } from "../setup/places.mjs";
import { compared, remembered, spread } from "./figures.mjs";

const TARGET = at("target", "bench");
const CRITERION = join(TARGET, "criterion");
const CRATE = ["--manifest-path", at("bench", "Cargo.toml"), "--target-dir", TARGET];

/** What criterion has measured: figures by the benchmark's group and name. */
function samples() {
  const found = new Map();
  for (const path of readdirSync(CRITERION, { recursive: true }).filter((name) => name.endsWith("/new/sample.json"))) {
    const { iters, times } = JSON.parse(readFileSync(join(CRITERION, path), "utf8"));
    const benchmark = join(CRITERION, path, "..", "benchmark.json");
    const { group_id, function_id } = JSON.parse(readFileSync(benchmark, "utf8"));
    found.set(`${group_id}/${function_id}`, times.map((time, index) => time / iters[index]));
  }
  return found;
}

export async function native(tell, { native: env }) {
  // Begins anew: what an earlier plan left there would be read as well.
  rmSync(CRITERION, { recursive: true, force: true });
  await tell("cargo", ["bench", ...CRATE, "--bench", "core"], { ...env, CRITERION_HOME: CRITERION });
  const { plan, memory } = await tell("cargo", ["run", ...CRATE, "--release", "--example", "peak"], env);
  const found = samples();
  const figures = ({ group, name }) => found.get(`${group}/${name}`);
  const size = ({ group, name }) => {
    const job = (word) => spread(figures({ group, name: `${word}, ${name}` }));
    return { name, validate: job("validate"), summarize: job("summarize") };
  };
  return {
    name: `natively on ${process.arch}`,
    comparisons: plan.comparisons.map((comparison) => compared(comparison, figures(comparison))),
    sizes: plan.sizes.map(size),
    memory: memory.map(remembered),
  };
}
