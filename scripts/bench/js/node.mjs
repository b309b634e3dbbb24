// The bundles in Node itself.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { at } from "../../setup/places.mjs";

/** Rounds enough that the fifth best of them is a quiet one. */
export const settings = { burst: 1, warm_up: 150, rounds: 61 };

export async function open(folder) {
  const { prepare } = await import(pathToFileURL(join(folder, "main.js")));
  const module = new WebAssembly.Module(readFileSync(at("pkg", "dist", "postcall.wasm")));
  const bench = await prepare(module, settings);
  const { way, compared, notes } = bench;
  return { version: `Node ${process.versions.node}`, way, compared, notes, measure: bench.measure, scale: bench.scale, close: () => {} };
}
