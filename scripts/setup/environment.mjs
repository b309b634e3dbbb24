// The environment in which the project's commands run: which compiler, which tools, which Node.

import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { BIN } from "./places.mjs";

/** `env` with folders put in front of its search path, and cargo's own folder at the end for a shell that lacks it. */
export function withPath(env, first) {
  const cargo = join(env.CARGO_HOME ?? join(homedir(), ".cargo"), "bin");
  return { ...env, PATH: [...first, env.PATH, cargo].filter(Boolean).join(delimiter) };
}

// Settings that would send cargo's output elsewhere or change what is built; a build here depends on the repository alone.
const FOREIGN = ["CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "RUSTUP_TOOLCHAIN", "RUSTC"];

/** `env` in which `cargo` and `rustc` are those of `compiler` (see rust.mjs). */
export function withCompiler(env, compiler) {
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.includes(name)));
  const chosen = withPath(clean, compiler.folder ? [compiler.folder] : []);
  return compiler.toolchain ? { ...chosen, RUSTUP_TOOLCHAIN: compiler.toolchain } : chosen;
}

/**
 * The environments for child processes, from what set-up found:
 * `native` for cargo on this machine, `wasm` for builds to WebAssembly, `node` for everything of npm.
 */
export function environments(rust, env = process.env) {
  const node = {
    ...withPath(env, [BIN]),
    // Nothing here needs the network: no usage reports, no look for updates, no copy of an edge's request data.
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
  const withNode = (compiler) => withPath(withCompiler(node, compiler), [BIN]);
  return {
    node,
    native: withNode(rust.native),
    wasm: withNode(rust.wasm),
  };
}
