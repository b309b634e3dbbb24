// Every state of the pages in light and dark, from a phone to a wide screen: no wider than its window, nothing that axe
// finds wrong, and a picture of it for people to look at, in target/screenshots.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { before, test } from "node:test";
import { pages, signIn } from "./pages.mjs";
import { fill, throughAbsence, throughReading, throughRefusals, throughStates } from "./states.mjs";

const FOLDER = new URL("../../target/screenshots/", import.meta.url).pathname;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const { open, deliver, url } = pages({ faults: true });
before(() => mkdirSync(FOLDER, { recursive: true }));

/** Looks at a page as it is now. Gives what is wrong with it. */
async function look(page, name) {
  const faults = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.any[0]?.message ?? node.html}`));
  });
  // Every state is looked at as by somebody who has asked for less motion.
  const moving = await page.evaluate(() => {
    const moves = ({ transitionDuration, animationName }) => !/^0s(, 0s)*$/.test(transitionDuration) || animationName !== "none";
    return [...document.querySelectorAll("*")].filter((one) => moves(getComputedStyle(one))).map((one) => `moves: ${one.tagName}.${one.className}`);
  });
  faults.push(...moving);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) faults.push(`${wide} pixels too wide`);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  return faults.map((fault) => `${name}: ${fault}`);
}

async function page(width, colorScheme) {
  const height = width < 500 ? 780 : 1000;
  return open({
    viewport: { width, height },
    colorScheme,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
    // Put there by the browser and not by the page, whose policy would refuse it.
    prepare: (page) => page.addInitScript({ content: axe }),
  });
}

test("the page that waits for the first call", async () => {
  const faults = [];
  for (const width of [320, 360, 1440])
    for (const scheme of ["light", "dark"]) {
      const opened = await page(width, scheme);
      await opened.page.goto(`${url()}/#/calls`);
      await opened.page.getByTestId("token").waitFor();
      faults.push(...(await look(opened.page, `token-${width}-${scheme}`)));
      await signIn(opened.page);
      await opened.page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
      faults.push(...(await look(opened.page, `waiting-${width}-${scheme}`)));
      opened.quiet();
      await opened.close();
    }
  assert.deepEqual(faults, []);
});

/**
 * Opens a page of that size, goes through states of it, and fails if anything is wrong in one of them. A page whose parts do not
 * come tells the console so: it is not `quiet`.
 */
async function through(states, width, scheme, { quiet = true } = {}) {
  const opened = await page(width, scheme);
  const faults = [];
  await states(opened.page, async (name) => {
    faults.push(...(await look(opened.page, `${name}-${width}-${scheme}`)));
  });
  assert.deepEqual(faults, []);
  if (quiet) opened.quiet();
  await opened.close();
}

test("a batch while it is read, and when it was stopped", async () => {
  await through(throughReading, 320, "light");
  await through(throughReading, 360, "light");
  await through(throughReading, 1440, "dark");
});

test("calls of every kind are stored, which the other states show", () => fill(deliver));

/** The widths, and the schemes that the states are seen in at each: what 320 pixels are too few for is so in both. */
const SIZES = [
  [320, ["light"]],
  [360, ["light", "dark"]],
  [768, ["light", "dark"]],
  [1440, ["light", "dark"]],
];

for (const [width, schemes] of SIZES)
  for (const scheme of schemes) {
    test(`every other state at ${width} pixels, ${scheme}`, () =>
      through((page, seen) => throughStates(page, url(), seen), width, scheme));

    test(`what may stand before the Worker at ${width} pixels, ${scheme}`, () =>
      through(async (page, seen) => {
        await page.goto(`${url()}/#/calls`);
        await signIn(page);
        await page.getByTestId("calls").waitFor();
        await throughRefusals(page, url(), seen);
      }, width, scheme));

    test(`what does not load at ${width} pixels, ${scheme}`, () =>
      through((page, seen) => throughAbsence(page, url(), seen), width, scheme, { quiet: false }));
  }
