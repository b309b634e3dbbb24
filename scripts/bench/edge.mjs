// The part `edge`: how fast the Worker starts, and what requests cost in CPU under the local runtime.

import { build } from "../build.mjs";
import { at } from "../setup/places.mjs";
import { holds, spread } from "./figures.mjs";

// The platform's own limits are 1 s to start and, on its free plan, 10 ms for a request.
const BOUNDS = { start: { at_most: 20 }, deliver: { at_most: 10 } };

async function worker(tell, environments) {
  await build("worker", environments);
  const { version, bytes, figures } = await tell("node", [at("scripts", "bench", "requests.mjs")], environments.node);
  const figure = ({ id, name, samples }) => {
    const bound = BOUNDS[id] ?? "none";
    const { median, low, high } = spread(samples);
    return { id, name, median, low, high, bound, holds: holds(median, bound) };
  };
  return { name: `The Worker, compiled in Node ${version} and serving under workerd`, bytes, figures: figures.map(figure) };
}

const milliseconds = (figure) => figure.toFixed(2).padStart(7);

export const edge = {
  steps: [{ name: "Worker", doing: "starting it and sending requests, about 1 min", work: worker }],
  print(results) {
    for (const { name, figures } of results) {
      console.log(`\n${name}; milliseconds, the middle of the samples [and where four fifths of them lie]\n`);
      for (const { name: what, median, low, high, bound, holds: kept } of figures) {
        const asked = bound === "none" ? "" : `  at most ${bound.at_most} ms  ${kept ? "holds" : "MISSED"}`;
        console.log(`  ${what.padEnd(58)}${milliseconds(median)}  [${milliseconds(low)} …${milliseconds(high)} ]${asked}`);
      }
      console.log("\n  CPU is all that the runtime used, its HTTP and, for deliveries, its local KV included; the platform bills less.");
    }
  },
};
