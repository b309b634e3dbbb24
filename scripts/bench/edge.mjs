// The part `edge`: how fast the Worker starts, what requests cost under the local runtime, and how it compares with an
// equivalent Worker in TypeScript (bench/edge: Hono, zod, the same KV writes), by turns in one run.

import { join } from "node:path";
import { build } from "../build.mjs";
import { at, BIN } from "../setup/places.mjs";
import { holds, spread } from "./figures.mjs";

// Milliseconds. The platform's own limits are 1 s to start and, on its free plan, 10 ms for a request.
const BOUNDS = { start: { at_most: 20 }, deliver: { at_most: 10 } };
// Ours to the peer's: more requests in a second, less CPU for each.
const RATIOS = {
  deliver: { rate: { at_least: 1 }, cpu: { at_most: 1 } },
  summarize: { rate: { at_least: 1.3 }, cpu: { at_most: 0.7 } },
};
const MADE = at("target", "bench", "edge");

async function bundle(tell, name, env) {
  const out = join(MADE, `${name}.js`);
  const settings = ["--bundle", "--minify", "--format=esm", "--platform=neutral", "--target=es2023", `--outfile=${out}`];
  await tell(join(BIN, "esbuild"), [at("bench", "edge", `${name}.ts`), ...settings], env);
  return out;
}

async function worker(tell, environments) {
  await build("worker", environments);
  const peers = [];
  for (const name of ["worker", "floor"]) peers.push(await bundle(tell, name, environments.node));
  const { version, bytes, starts, requests } = await tell("node", [at("scripts", "bench", "requests.mjs"), ...peers], environments.node);
  const figure = (name, samples, bound = "none") => {
    const figures = spread(samples);
    return { name, ...figures, bound, holds: holds(figures.median, bound) };
  };
  const sides = { ours: "ours", theirs: "Hono and zod", floor: "doing nothing" };
  const of = (side, what) => (rounds) => rounds.map((turn) => turn[side][what]);
  const costs = requests.flatMap(({ id, name, rounds }) => Object.keys(sides).filter((side) => side in rounds[0]).map((side) =>
    figure(`${name}, ${sides[side]}`, of(side, "cpu")(rounds), side === "ours" ? BOUNDS[id] : "none")));
  const ratios = requests.filter(({ id }) => id in RATIOS).flatMap(({ id, name, rounds }) => [
    figure(`${name}, requests in a second`, rounds.map(({ ours, theirs }) => theirs.wall / ours.wall), RATIOS[id].rate),
    figure(`${name}, CPU of a request`, rounds.map(({ ours, theirs }) => ours.cpu / theirs.cpu), RATIOS[id].cpu),
    figure(`${name}, CPU beyond doing nothing`, rounds.map(({ ours, theirs, floor }) => (ours.cpu - floor.cpu) / (theirs.cpu - floor.cpu))),
  ]);
  const start = figure("start-up: the module compiled and instantiated", starts, BOUNDS.start);
  return { name: `The Worker, compiled in Node ${version} and serving under workerd`, bytes, start, costs, ratios };
}

const number = (figure) => figure.toFixed(2).padStart(7);

function row({ name, median, low, high, bound, holds: kept }, unit) {
  const asked = bound === "none" ? "" : `  ${bound.at_most === undefined ? `at least ${bound.at_least}` : `at most ${bound.at_most}`}  ${kept ? "holds" : "MISSED"}`;
  console.log(`    ${name.padEnd(50)}${number(median)}  [${number(low)} …${number(high)} ] ${unit}${asked}`);
}

export const edge = {
  steps: [{ name: "Worker", doing: "starting it and sending requests, about 8 min", work: worker }],
  print(results) {
    for (const { name, start, costs, ratios } of results) {
      console.log(`\n${name}; the middle of the samples [and where four fifths of them lie]\n`);
      row(start, "ms");
      console.log("\n  CPU of the runtime for a request, with the sample of 6 KB unless another size is told; its HTTP and, for deliveries, its local KV included;");
      console.log("  the platform bills the Worker's own part alone");
      for (const each of costs) row(each, "ms");
      console.log("\n  ours to the equivalent Worker of Hono and zod (bench/edge), which says nothing of words, formats and places");
      for (const each of ratios) row(each, "x");
    }
  },
};
