// Writes the bundles: one for each side, with a summary of its own, so that what an engine learns of one side's objects does
// not slow another; `main.js`, which every host runs; and those whose size and start are told.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { PEERS } from "./names.mjs";
import { fields, written } from "./schemas.mjs";

const here = import.meta.dirname;
const root = join(here, "..", "..");

/** What a page or a server needs that checks and summarises. */
const small = (name) => `
  import { check } from "./peers/${name}.js";
  import { summarize as summarized } from "../edge/summary.js";
  const decoder = new TextDecoder();
  export function summarize(bytes) {
    const payload = check(JSON.parse(decoder.decode(bytes)));
    if (payload === undefined) throw new Error("no payload");
    return summarized(payload);
  }`;
const side = (name) => `
  import * as peer from "./peers/${name}.js";
  import { side } from "./side.js";
  export default (way) => side(peer, way);`;

/** Bundles everything into a folder. */
export async function bundle(folder) {
  const made = join(folder, "written");
  mkdirSync(made, { recursive: true });
  const declared = JSON.parse(readFileSync(join(root, "pkg", "src", "schema.json"), "utf8"));
  const files = { ...written(declared, here), "fields.js": `export default ${JSON.stringify(fields(declared))};\n` };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);

  const names = {
    name: "names",
    setup({ onResolve }) {
      const sample = join(root, "tests", "cases", "documented-shape-compact", "payload.json");
      onResolve({ filter: /^#side\// }, ({ path }) => ({ path: `./side-${path.slice("#side/".length)}.js`, external: true }));
      // Free of side effects: whoever asks for a verdict alone does not carry what makes lists of issues.
      onResolve({ filter: /^#/ }, ({ path }) => (path === "#sample" ? { path: sample } : { path: join(made, `${path.slice(1)}.js`), sideEffects: false }));
      onResolve({ filter: /^postcall\/slim$/ }, () => ({ path: join(root, "pkg", "dist", "esm", "slim.js") }));
    },
  };
  const shared = {
    bundle: true, minify: true, format: "esm", target: "es2023", platform: "neutral", mainFields: ["module", "main"],
    conditions: ["import"], loader: { ".json": "text" }, plugins: [names], nodePaths: [join(here, "node_modules")], logLevel: "warning",
  };
  const from = (contents) => ({ stdin: { contents, resolveDir: here } });
  await build({ ...shared, entryPoints: [join(here, "main.ts")], outfile: join(folder, "main.js") });
  for (const name of PEERS) {
    await build({ ...shared, ...from(side(name)), outfile: join(folder, `side-${name}.js`) });
    await build({ ...shared, ...from(small(name)), outfile: join(folder, "small", `${name}.js`) });
  }
  const page = join(root, "pkg", "dist", "esm", "inline.js");
  await build({ ...shared, ...from(`export { summarize } from ${JSON.stringify(page)};`), outfile: join(folder, "small", "ours.js") });
}
