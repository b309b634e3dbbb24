// The part `core`: ratios to serde_json, growth and memory of the core, natively and in WebAssembly.

import { native } from "./native.mjs";
import { print } from "./table.mjs";
import { wasm } from "./wasm.mjs";

export const core = {
  steps: [
    { name: "core natively", doing: "building and timing, about 3 min", work: native },
    { name: "core in WebAssembly", doing: "building and timing, about 3 min", work: wasm },
  ],
  print: (results) => results.forEach(print),
};
