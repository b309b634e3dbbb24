// node host.mjs <node | workerd | chromium> <folder> [check]: runs the bundles of a folder on one host, in a process of its own.
// The answers are compared, then every cell is timed, unless only the check is asked for. The last line is JSON.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , name, folder, only] = process.argv;
const { open } = await import(`./${name}.mjs`);
const { CELLS, SCALE } = await import(pathToFileURL(join(folder, "main.js")));

const { version, way, compared, notes, measure, scale, close } = await open(folder);
const cells = [];
const scaled = [];
try {
  for (const cell of only === "check" ? [] : CELLS) {
    console.log(`${cell.job}, ${cell.size}, ${cell.input}`);
    cells.push({ ...cell, times: await measure(cell) });
  }
  if (scale && only !== "check") {
    for (const size of SCALE) {
      console.log(`${size} bytes`);
      scaled.push(await scale(size));
    }
  }
} finally {
  await close();
}
process.stdout.write(`${JSON.stringify({ name, version, way, compared, notes, cells, scaled })}\n`);
