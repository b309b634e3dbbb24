// The goldens in Node, on the packed tarball: as a module and by require, on every Node that is at hand.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { compare } from "./compare.mjs";
import { cases, imported, install, write } from "./installed.mjs";

const { folder } = install();

function passes({ count, differences }) {
  assert.deepEqual(differences, []);
  assert.equal(count.bytes, cases().length);
  assert.ok(count.text >= 30 && count.parsed >= 20, JSON.stringify(count));
}

test("imported as a module, the package gives the goldens", async () => {
  passes(compare(await imported(folder), cases()));
});

test("required, the package gives the goldens", () => {
  passes(compare(createRequire(join(folder, "index.js"))("postcall"), cases()));
});

for (const node of nodes()) {
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  test(`Node ${version} gives the goldens, as a module and by require`, () => {
    const script = `
      import { createRequire } from "node:module";
      import * as asModule from "postcall";
      import { compare } from ${JSON.stringify(join(import.meta.dirname, "compare.mjs"))};
      import { cases } from ${JSON.stringify(join(import.meta.dirname, "installed.mjs"))};
      const required = createRequire(import.meta.url)("postcall");
      console.log(JSON.stringify([asModule, required].map((api) => compare(api, cases()))));
    `;
    const said = execFileSync(node, [write(folder, "goldens.mjs", script)], { cwd: folder, encoding: "utf8" });
    JSON.parse(said).forEach(passes);
  });
}

/** The Nodes on the path, from 20 on, but for the one that runs this. */
function nodes() {
  const own = realpathSync(process.execPath);
  const found = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"].map((place) => join(place, "node"));
  const others = new Set(found.filter((path) => existsSync(path)).map((path) => realpathSync(path)));
  const major = (path) => Number(/^v(\d+)/.exec(execFileSync(path, ["--version"], { encoding: "utf8" }))[1]);
  return [...others].filter((path) => path !== own && major(path) >= 20);
}
