// The build: what makes a step run again.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { stamped, upToDate } from "../../scripts/build/stamp.mjs";
import { at } from "../../scripts/setup/places.mjs";

function step(context) {
  const folder = mkdtempSync(join(tmpdir(), "postcall-test-"));
  const id = `test-${basename(folder)}`;
  context.after(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(at("target", "build-stamps", `${id}.json`), { force: true });
  });
  mkdirSync(join(folder, "in", "node_modules"), { recursive: true });
  writeFileSync(join(folder, "in", "a"), "one");
  const out = join(folder, "out");
  const work = () => {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "b"), "made");
  };
  return { id, settings: 1, inputs: [join(folder, "in")], outputs: [out], work, folder };
}

test("a step is up to date once it has run", async (context) => {
  const it = step(context);
  assert.equal(upToDate(it), false);
  await stamped(it, it.work);
  assert.equal(upToDate(it), true);
});

test("a changed, a new and a missing input, other settings and a lost output make it run again", async (context) => {
  const it = step(context);
  const changes = [
    () => writeFileSync(join(it.folder, "in", "a"), "two"),
    () => writeFileSync(join(it.folder, "in", "c"), ""),
    () => rmSync(join(it.folder, "in", "c")),
    () => (it.settings = 2),
    () => rmSync(join(it.folder, "out", "b")),
    () => rmSync(join(it.folder, "out"), { recursive: true }),
  ];
  for (const change of changes) {
    await stamped(it, it.work);
    change();
    assert.equal(upToDate(it), false, String(change));
  }
});

test("installed packages are no input", async (context) => {
  const it = step(context);
  await stamped(it, it.work);
  writeFileSync(join(it.folder, "in", "node_modules", "x"), "");
  assert.equal(upToDate(it), true);
});

test("a step that fails, or whose input changes meanwhile, runs again", async (context) => {
  const it = step(context);
  await stamped(it, it.work);
  await assert.rejects(
    stamped(it, () => Promise.reject(new Error("no"))),
    /no/,
  );
  assert.equal(upToDate(it), false);
  await stamped(it, () => (it.work(), writeFileSync(join(it.folder, "in", "a"), "three")));
  assert.equal(upToDate(it), false);
});
