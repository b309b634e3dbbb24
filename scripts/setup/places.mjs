// Where things are, and which versions of the tools are pinned where.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path inside the repository. */
export const at = (...parts) => join(ROOT, ...parts);

export const BIN = at("node_modules", ".bin");
export const TOOLS = at("target", "tools");
export const LOGS = at("target", "setup");

/** The oldest Node that all tools run on: wrangler wants 22, vite and rolldown want 22.12. */
export const NODE_MINIMUM = "22.12.0";

/** The version of wasm-bindgen in Cargo.lock: the command-line tool must be the very same. */
export function wasmBindgenVersion(lock = readFileSync(at("Cargo.lock"), "utf8")) {
  const found = /^name = "wasm-bindgen"\nversion = "([^"]+)"/m.exec(lock);
  if (!found) throw new Error("Cargo.lock does not name a version of wasm-bindgen");
  return found[1];
}

/** The compiler that rust-toolchain.toml pins. */
export function pinnedRust(manifest = readFileSync(at("rust-toolchain.toml"), "utf8")) {
  const found = /^channel = "([^"]+)"/m.exec(manifest);
  if (!found) throw new Error("rust-toolchain.toml does not name a channel");
  return found[1];
}

/** Whether version `a` is `b` or newer; both are read as three numbers, suffixes are ignored. */
export function atLeast(a, b) {
  const numbers = (version) => version.replace(/^v/, "").split(/[.-]/, 3).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i += 1) {
    if (left[i] !== right[i]) return left[i] > right[i];
  }
  return true;
}
