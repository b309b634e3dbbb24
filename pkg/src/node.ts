// The binary of Node, Deno and Bun: it lies beside the entry.
import { readFileSync } from "node:fs";

export function load(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL("../postcall.wasm", import.meta.url)));
}
