// What the first view of the page costs: the scripts that are fetched before the editor.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ready } from "./browser.mjs";
import { pages } from "./pages.mjs";

const DIST = new URL("../../www/dist/", import.meta.url).pathname;
const BOUND = 60_000;

const { open } = pages();

/** The paths of the scripts, in the order in which the page asked for them. */
const scripts = (requests) => requests.map((url) => new URL(url).pathname).filter((path) => path.endsWith(".js"));

test("the first view takes at most 60 KB of script, compressed, before the editor comes", async () => {
  const { page, requests, quiet, close } = await open();
  await ready(page);
  const all = scripts(requests);
  const first = all.slice(0, all.findIndex((path) => /\/editor-[^/]+\.js$/.test(path)));
  assert.ok(first.some((path) => path.includes("/slim-")), "the core comes before the editor");
  const bytes = first.reduce((sum, path) => sum + gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length, 0);
  assert.ok(bytes <= BOUND, `${bytes} bytes: ${first.join(", ")}`);
  quiet();
  await close();
});

test("the dashboard's pages are fetched when they are gone to", async () => {
  const { page, requests, quiet, close } = await open();
  await page.waitForLoadState("networkidle");
  const before = new Set(scripts(requests));
  assert.ok(![...before].some((path) => /\/(calls|statistics|arrivals)-/.test(path)), [...before].join(", "));
  await page.getByRole("link", { name: "Calls" }).click();
  await page.getByTestId("token").waitFor();
  const after = scripts(requests).filter((path) => !before.has(path));
  assert.ok(after.some((path) => /\/calls-/.test(path)), after.join(", "));
  quiet();
  await close();
});
