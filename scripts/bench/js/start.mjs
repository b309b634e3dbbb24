// node start.mjs <module> <payload>: the milliseconds from importing a module to its first summary, in this process that has done
// nothing else.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , module, payload] = process.argv;
const bytes = new Uint8Array(readFileSync(payload));
const url = pathToFileURL(module);
const began = performance.now();
const { summarize } = await import(url);
const summary = summarize(bytes);
const took = performance.now() - began;
if (typeof summary.call_id !== "string") throw new Error("no summary");
console.log(JSON.stringify({ took }));
