// The part `js`: the package beside other validators with the same schema and one hand-written summary (bench/js), on three
// hosts; what it weighs; how fast it starts; how its time grows.

import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { PEERS } from "../../bench/js/names.mjs";
import { build } from "../build.mjs";
import { findChromium } from "../setup/chromium.mjs";
import { at } from "../setup/places.mjs";
import { holds, quiet, spread } from "./figures.mjs";
import { bound } from "./js/bounds.mjs";
import { print } from "./js/print.mjs";
import { write } from "./js/write.mjs";

const MADE = at("target", "bench", "js");
const SAMPLE = at("tests", "cases", "documented-shape-compact", "payload.json");
const STARTS = 25;

/** How many parts of the rounds are looked at alone, to tell how far a ratio moves. */
const PARTS = 5;

/** Ratios of a cell: each peer's time to ours, both those of a quiet moment; the least and the greatest of the parts. */
function ratios({ job, size, input, times }, host) {
  const { ours, ...peers } = times;
  return Object.entries(peers).map(([peer, theirs]) => {
    const part = (number) => (_, round) => round % PARTS === number;
    const parts = Array.from({ length: PARTS }, (_, number) => quiet(theirs.filter(part(number))) / quiet(ours.filter(part(number))));
    const ratio = quiet(theirs) / quiet(ours);
    const asked = bound({ host, job, size, input, peer });
    return { job, size, input, peer, ratio, low: Math.min(...parts), high: Math.max(...parts), bound: asked, holds: holds(ratio, asked) };
  });
}

const host = (name) => async (tell, environments) => {
  if (name === "node") {
    await build("package", environments);
    // Not before set-up has brought what it imports.
    const { bundle } = await import("../../bench/js/bundle.mjs");
    await bundle(MADE);
  }
  const { version, way, compared, notes, cells, scaled } = await tell("node", [at("scripts", "bench", "js", "host.mjs"), name, MADE], { ...environments.node, CHROMIUM: findChromium(environments.native) });
  return {
    host: name, version, way, compared, notes: Object.fromEntries(notes),
    ours: cells.map(({ job, size, input, times }) => ({ job, size, input, microseconds: quiet(times.ours) * 1e3 })),
    ratios: cells.flatMap((cell) => ratios(cell, name)),
    scale: scaled.map(({ bytes, times }) => ({ bytes, nanoseconds: Object.fromEntries(Object.entries(times).map(([side, each]) => [side, (quiet(each) * 1e6) / bytes])) })),
  };
};

/** What each side weighs in a page, and how long a fresh process takes to load it and read its first payload. */
async function weight(tell, { node }) {
  const small = (name) => join(MADE, "small", `${name}.js`);
  const sides = { ours: at("pkg", "dist", "esm", "node.js"), ...Object.fromEntries(PEERS.filter((name) => name !== "json").map((name) => [name, small(name)])) };
  const starts = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < STARTS; round += 1) {
    for (const [name, module] of Object.entries(sides)) {
      const { took } = await tell("node", [at("scripts", "bench", "js", "start.mjs"), module, SAMPLE], node);
      starts[name].push(took);
    }
  }
  const { measure } = await import("../size.mjs");
  const asked = { at_most: 0.7 };
  const ratio = spread(starts.ours).median / spread(starts.ajv).median;
  return {
    sizes: ["ours", ...PEERS].map((name) => ({ name, ...measure([small(name)]) })),
    starts: Object.entries(starts).map(([name, samples]) => ({ name, ...spread(samples) })),
    start: { name: "ours / ajv", ratio, bound: asked, holds: holds(ratio, asked) },
  };
}

/** What the figures were taken on and with. */
function versions() {
  const read = (...parts) => JSON.parse(readFileSync(at(...parts, "package.json"), "utf8"));
  const own = read("bench", "js").dependencies;
  const { ajv, zod } = read().devDependencies;
  const { typescript: _, ...peers } = { ajv, zod, ...own };
  return { processor: cpus()[0].model, cores: cpus().length, peers };
}

export const js = {
  extra: ["chromium", "peers"],
  steps: [
    { name: "package in Node", doing: "bundling, comparing and timing, about 2 min", work: host("node") },
    { name: "package in workerd", doing: "comparing and timing, about 2 min", work: host("workerd") },
    { name: "package in Chromium", doing: "comparing and timing, about 2 min", work: host("chromium") },
    { name: "package's weight and start", doing: "starting fresh processes, about 1 min", work: weight },
  ],
  print: (results) => print(results, versions()),
  write: (results) => write(results, versions()),
};
