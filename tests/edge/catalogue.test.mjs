// No row of the catalogue is without a test.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { CATALOGUE, ELSEWHERE } from "./catalogue.mjs";

const here = new URL("./", import.meta.url);
const root = new URL("../../", import.meta.url);
const names = readdirSync(here)
  .filter((file) => file.endsWith(".test.mjs"))
  .flatMap((file) => readFileSync(new URL(file, here), "utf8").match(/^\s*(?:test|describe)\(.*/gm) ?? []);
const named = new Set(names.flatMap((name) => name.match(/\b[A-Z]\d\d\b/g) ?? []));

test("every row of the catalogue stands in the name of a test", () => {
  assert.ok(names.length > 100, `only ${names.length} tests were found`);
  const without = Object.keys(CATALOGUE).filter((id) => !named.has(id) && !(id in ELSEWHERE));
  assert.deepEqual(without, []);
});

test("every id in the name of a test is a row of the catalogue", () => {
  assert.deepEqual([...named].filter((id) => !(id in CATALOGUE)), []);
});

test("what is tested elsewhere is there", () => {
  for (const [id, [file, words]] of Object.entries(ELSEWHERE)) {
    const found = readFileSync(new URL(file, root), "utf8").split("\n").filter((line) => line.includes(words));
    // In the name of a test, of a function that is one, or of something that is measured.
    assert.ok(found.some((line) => /^\s*(test\(|fn |\S+ => ")/.test(line)), `${id}: ${file} has nothing that is called "${words}"`);
  }
});
