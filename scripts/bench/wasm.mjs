// The same core in WebAssembly, in Node. The peers stand in the same module and have the
// standard library's allocator, not the package's small one: they allocate all the time, the core next to nothing.

import { join } from "node:path";
import { at, BIN } from "../setup/places.mjs";
import { compared, remembered, spread } from "./figures.mjs";

const TARGET = at("target", "bench");
const MADE = join(TARGET, "wasm32-unknown-unknown", "release", "postcall_bench.wasm");
const MODULE = join(TARGET, "core.wasm");

/** Builds the module at a level that is fair to the peers: the package's own is for size (see build/steps.mjs). */
async function build(tell, wasm) {
  const env = { ...wasm, CARGO_PROFILE_RELEASE_OPT_LEVEL: "2" };
  const crate = ["--manifest-path", at("bench", "Cargo.toml"), "--target-dir", TARGET];
  const kind = ["--release", "--lib", "--crate-type", "cdylib", "--target", "wasm32-unknown-unknown"];
  await tell("cargo", ["rustc", ...crate, ...kind], env);
  const settings = ["-O3", "--converge", "--strip-debug", "--strip-producers"];
  await tell(join(BIN, "wasm-opt"), [...settings, MADE, "-o", MODULE], wasm);
}

export async function wasm(tell, { wasm: compiler, node }) {
  await build(tell, compiler);
  const { version, plan, ...measured } = await tell("node", [at("scripts", "bench", "rounds.mjs"), MODULE], node);
  const side = (rounds, index) => spread(rounds.map((times) => times[index] * 1e9));
  const size = ({ name }, index) => {
    const rounds = measured.sizes[index];
    return { name, validate: side(rounds, 1), summarize: side(rounds, 0) };
  };
  const ratios = (index) => measured.comparisons[index].map(([over, under]) => over / under);
  return {
    name: `WebAssembly in Node ${version}`,
    comparisons: plan.comparisons.map((comparison, index) => compared(comparison, ratios(index))),
    sizes: plan.sizes.map(size),
    memory: measured.memory.map(remembered),
  };
}
