// The entry for Node, Deno and Bun: the binary lies beside it.
import { readFileSync } from "node:fs";
import { loadWith } from "./engine.js";

loadWith(() => new WebAssembly.Module(readFileSync(new URL("../postcall.wasm", import.meta.url))));

export * from "./index.js";
