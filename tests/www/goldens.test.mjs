// The goldens in Chromium: every case's payload, chosen as a file, gives its report on the page.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect, report } from "./browser.mjs";
import { pages } from "./pages.mjs";

const CASES = new URL("../cases/", import.meta.url);
const all = readdirSync(CASES).sort();
// The page has no options to set.
const cases = all.filter((name) => !existsSync(new URL(`${name}/options.json`, CASES)));

const { open } = pages();

test(`${cases.length} cases give their report (${all.length - cases.length} with options are left out)`, async () => {
  assert.ok(cases.length > 0, "there are no cases");
  const { page, quiet, close } = await open();
  for (const name of cases) {
    await inspect(page, readFileSync(new URL(`${name}/payload.json`, CASES)), `${name}.json`);
    const wanted = JSON.parse(readFileSync(new URL(`${name}/report.json`, CASES), "utf8"));
    assert.deepEqual(await report(page), wanted, name);
    assert.equal(await page.getByTestId("verdict").getAttribute("data-valid"), String(wanted.valid), name);
  }
  quiet();
  await close();
});
