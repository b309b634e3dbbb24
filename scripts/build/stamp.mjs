// Whether a build step has something to do: it has not while its inputs are, byte for byte, those of the last time, and
// what it made then is still there.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { at, ROOT } from "../setup/places.mjs";

const GENERATED = new Set(["node_modules", "dist", ".wrangler"]);

/** All files at or below the given paths in the order of their names; generated folders are passed over inside a path. */
export function files(paths) {
  const below = (path) => {
    if (!statSync(path).isDirectory()) return path.endsWith(".tgz") ? [] : [path];
    const names = readdirSync(path).filter((name) => !GENERATED.has(name));
    return names.sort().flatMap((name) => below(join(path, name)));
  };
  return paths.filter((path) => existsSync(path)).flatMap(below);
}

function digest(step) {
  const hash = createHash("sha256").update(JSON.stringify(step.settings ?? null));
  for (const file of files(step.inputs)) {
    const content = readFileSync(file);
    hash.update(`${relative(ROOT, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

const sizes = (step) =>
  Object.fromEntries(files(step.outputs).map((file) => [relative(ROOT, file), statSync(file).size]));

const place = (step) => at("target", "build-stamps", `${step.id}.json`);

export function upToDate(step) {
  if (!existsSync(place(step)) || !step.outputs.every((path) => existsSync(path))) return false;
  const stamp = JSON.parse(readFileSync(place(step), "utf8"));
  return stamp.inputs === digest(step) && JSON.stringify(stamp.outputs) === JSON.stringify(sizes(step));
}

/** Runs the step's work between taking its stamp away and giving it a new one: an interrupted step begins again. */
export async function stamped(step, work) {
  rmSync(place(step), { force: true });
  const inputs = digest(step); // of before: a file that changes meanwhile is built again the next time
  await work();
  mkdirSync(dirname(place(step)), { recursive: true });
  writeFileSync(`${place(step)}.new`, JSON.stringify({ inputs, outputs: sizes(step) }));
  renameSync(`${place(step)}.new`, place(step));
}
