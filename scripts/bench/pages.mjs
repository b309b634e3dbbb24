// The part `pages`: what the pages cost a browser. How soon the inspector answers, whether the page stays free while a
// large batch is read, and how a long list scrolls.

import { build } from "../build.mjs";
import { findChromium } from "../setup/chromium.mjs";
import { at } from "../setup/places.mjs";
import { holds, spread } from "./figures.mjs";

// Bytes, and milliseconds. A frame of two ticks of a usual screen is not seen to be late.
const BOUNDS = { first: { at_most: 60_000 }, answered: { at_most: 1_000 }, task: { at_most: 100 }, frame: { at_most: 34 } };

async function browser(tell, environments) {
  await build("all", environments);
  const found = findChromium(environments.native);
  const env = found ? { ...environments.native, CHROMIUM: found } : environments.native;
  const { version, loads, batches, frames } = await tell("node", [at("scripts", "bench", "browser.mjs")], env);
  const figure = (name, unit, samples, bound = "none") => {
    const figures = spread(samples);
    return { name, unit, ...figures, bound, holds: holds(figures.median, bound) };
  };
  const of = (list, what) => list.map((each) => each[what]);
  return {
    name: `The pages in Chromium ${version}`,
    figures: [
      figure("first view: scripts before the editor, gzip", "bytes", of(loads, "bytes"), BOUNDS.first),
      figure("first view on a CPU a quarter as fast", "ms", of(loads, "drawn")),
      figure("a payload put in at once has its verdict, there", "ms", of(loads, "answered"), BOUNDS.answered),
      figure("15,000 calls of 100 MB, read", "ms", of(batches, "took")),
      figure("the page's longest task meanwhile", "ms", of(of(batches, "reading"), "wall"), BOUNDS.task),
      figure("CPU of the task that takes most of it", "ms", of(of(batches, "reading"), "cpu")),
      figure("the longest task while they are sorted", "ms", of(of(batches, "sorting"), "wall"), BOUNDS.task),
      figure("CPU of the task that takes most of it", "ms", of(of(batches, "sorting"), "cpu")),
      figure("10,000 calls, scrolled: a frame", "ms", frames, BOUNDS.frame),
      figure("10,000 calls, scrolled: the slowest of a hundred", "ms", slowest(frames), BOUNDS.frame),
    ],
  };
}

/** Of each hundred frames the one that took longest. */
function slowest(frames) {
  const hundreds = Array.from({ length: Math.ceil(frames.length / 100) }, (_, at) => frames.slice(at * 100, (at + 1) * 100));
  return hundreds.map((hundred) => Math.max(...hundred));
}

const number = (figure) => (figure < 100 ? figure.toFixed(1) : Math.round(figure).toLocaleString("en")).padStart(8);

export const pages = {
  extra: ["chromium"],
  steps: [{ name: "pages", doing: "loading, reading and scrolling in Chromium, about 2 min", work: browser }],
  print(results) {
    for (const { name, figures } of results) {
      console.log(`\n${name}; the middle of the samples [and where four fifths of them lie]\n`);
      for (const { name, unit, median, low, high, bound, holds: kept } of figures) {
        const asked = bound === "none" ? "" : `  at most ${bound.at_most.toLocaleString("en")}  ${kept ? "holds" : "MISSED"}`;
        console.log(`    ${name.padEnd(50)}${number(median)}  [${number(low)} …${number(high)} ] ${unit}${asked}`);
      }
      console.log("\n  where a task takes much longer than its CPU, other programs had the machine meanwhile");
    }
  },
};
