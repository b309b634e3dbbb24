// The comparison with other validators: its bundles are built and all sides answer alike on every host. What is measured is
// nobody's promise, so no time is looked at here.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bundle } from "../../bench/js/bundle.mjs";
import { bound } from "../../scripts/bench/js/bounds.mjs";
import { plot } from "../../scripts/bench/js/plot.mjs";
import { bounded, tables } from "../../scripts/bench/js/tables.mjs";
import { between } from "../../scripts/bench/js/write.mjs";
import { findChromium } from "../../scripts/setup/chromium.mjs";
import { at } from "../../scripts/setup/places.mjs";

let folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "postcall-bench-"));
  await bundle(folder);
});
after(() => rmSync(folder, { recursive: true, force: true }));

function check(host, bundles = folder) {
  const script = at("scripts", "bench", "js", "host.mjs");
  const env = { ...process.env, CHROMIUM: findChromium() ?? "" };
  return spawnSync(process.execPath, [script, host, bundles, "check"], { encoding: "utf8", env });
}

for (const host of ["node", "workerd", "chromium"]) {
  test(`all sides answer alike in ${host}`, () => {
    const { status, stdout, stderr } = check(host);
    assert.equal(status, 0, stderr);
    const { version, compared } = JSON.parse(stdout.trim().split("\n").at(-1));
    assert.match(version, /^\w+ \d/);
    assert.ok(compared > 10_000, `${compared} answers were compared`);
  });
}

test("a side that answers otherwise ends the comparison", (context) => {
  const changes = {
    verdict: "verdict: () => true",
    issues: "pointers: () => []",
    summary: "summary: (input) => ({ ...honest.summary(input), headline: 'Connected.' })",
    object: "object: (input) => ({ ...honest.object(input), more: 1 })",
  };
  for (const [name, change] of Object.entries(changes)) {
    const other = mkdtempSync(join(tmpdir(), "postcall-bench-"));
    context.after(() => rmSync(other, { recursive: true, force: true }));
    cpSync(folder, other, { recursive: true });
    const dishonest = `import side from "./side-ajv.js"; export default (way) => { const honest = side(way); return { ...honest, ${change} }; };`;
    writeFileSync(join(other, "side-valibot.js"), dishonest);
    const { status, stderr } = check("node", other);
    assert.equal(status, 1, name);
    assert.match(stderr, new RegExp(`valibot: the ${name} of .* differs`));
  }
});

test("every bound is asked of the documented payload, and three quarters of it of other sizes", () => {
  const cell = { host: "node", job: "summary", input: "bytes", peer: "ajv" };
  assert.deepEqual(bound({ ...cell, size: "6 KB" }), { at_least: 3.3 });
  assert.deepEqual(bound({ ...cell, size: "92 KB" }), { at_least: 2.475 });
  assert.deepEqual(bound({ ...cell, size: "6 KB", host: "chromium", input: "string" }), { at_least: 1 });
  assert.deepEqual(bound({ host: "node", job: "ndjson", size: "1,000 lines", input: "bytes", peer: "ajv" }), { at_least: 3.3 });
  for (const other of [{ peer: "valibot" }, { host: "workerd", input: "string" }, { size: "6 KB, UTF-8" }]) {
    assert.equal(bound({ ...cell, size: "6 KB", ...other }), "none");
  }
});

/** Results of the shape that the hosts give, with invented figures. */
function results() {
  const ratio = (peer, of) => ({ job: "summary", size: "6 KB", input: "bytes", peer, ratio: of, low: of - 0.1, high: of + 0.1, bound: { at_least: 3 }, holds: of >= 3 });
  const scale = [1_000, 1_000_000].map((bytes) => ({ bytes, nanoseconds: { verdict: 1, summary: 1.5, object: 2, "JSON.parse": 2 } }));
  const host = (name) => ({
    host: name, version: `${name} 1`, way: "TextDecoder", compared: 7, notes: {},
    ours: [{ job: "summary", size: "6 KB", input: "bytes", microseconds: 9 }],
    ratios: [ratio("ajv", 3.5), ratio("zod", 2.5)], scale: name === "node" ? scale : [],
  });
  const sizes = ["ours", "ajv"].map((name) => ({ name, raw: 3_000, gzip: 2_000, brotli: 1_000 }));
  const starts = ["ours", "ajv"].map((name) => ({ name, median: 5, low: 4, high: 6 }));
  return [...["node", "workerd", "chromium"].map(host), { sizes, starts, start: { name: "ours / ajv", ratio: 0.5, bound: { at_most: 0.7 }, holds: true } }];
}

test("the tables have every figure in its place, and say which bounds are missed", () => {
  const { asked, ratios, sizes, scale } = tables(results());
  assert.deepEqual(ratios[0].rows, [["validate and summarise", "6 KB", "bytes", "9.00", "3.50", "", "", "", "2.50 ✗", "", ""]]);
  assert.deepEqual(asked.rows[0].slice(0, 3), ["validate and summarise", "ajv", "3.50 [3.40 … 3.60], asked 3 ✓"]);
  assert.deepEqual(asked.rows[1].slice(0, 3), ["validate and summarise", "zod", "2.50 [2.40 … 2.60], asked 3 ✗"]);
  assert.deepEqual(sizes.rows[0].slice(0, 5), ["ours", "3.0", "2.0", "1.0", "5.00"]);
  assert.deepEqual(scale.rows[0], ["1,000", "1.00", "1.50", "2.00", "2.00"]);
  for (const table of [asked, ...ratios, sizes, scale]) for (const row of table.rows) assert.equal(row.length, table.head.length);
  assert.deepEqual(bounded(results()).map(({ holds }) => holds), [true, false, true, false, true, false, true]);
});

test("the plot is an image with a bar for each peer on each host and a line for each side", () => {
  const picture = plot(results());
  assert.match(picture, /^<svg [^>]*viewBox="0 0 760 \d+(\.\d+)?"/);
  assert.equal(picture.match(/height="9"/g).length, 6);
  assert.equal(picture.match(/<polyline /g).length, 4);
  assert.doesNotMatch(picture, /NaN|undefined|Infinity/);
});

test("what is written stands between its marks, and the page has all of them", () => {
  assert.equal(between("a\n<!-- begin x -->\nold\n<!-- end x -->\nb", "x", "new"), "a\n<!-- begin x -->\nnew\n<!-- end x -->\nb");
  assert.throws(() => between("nothing here", "x", "new"), /no marks/);
  const page = readFileSync(at("docs", "performance.md"), "utf8");
  for (const name of ["origin", "asked", "ratios", "sizes", "scale"]) assert.ok(between(page, name, "other") !== page, name);
});
