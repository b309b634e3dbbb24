// A list of 10,000 calls: what is drawn is what is in sight, and every call can be gone to.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pages } from "./pages.mjs";

const COUNT = 10_000;

// The Worker's storage makes their rows up: to deliver that many calls takes minutes.
const { signedIn } = pages({ crowd: true });
const crowded = { extraHTTPHeaders: { "x-crowd": String(COUNT) } };

test("10,000 calls are gone through to the last, and never more rows are drawn than are seen", () =>
  signedIn(
    "#/calls",
    async (page) => {
      await page.getByTestId("calls").waitFor();
      let drawn = 0;
      const end = page.getByText("That is every call.");
      while (!(await end.isVisible())) {
        const before = await page.getByTestId("calls").getAttribute("aria-rowcount");
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        await page.waitForFunction(
          (count) =>
            document.querySelector("[data-testid=calls]").getAttribute("aria-rowcount") !== count ||
            document.querySelector(".calls-foot").textContent === "That is every call.",
          before,
        );
        drawn = Math.max(drawn, await page.locator(".row-link").count());
      }
      assert.equal(await page.getByTestId("calls").getAttribute("aria-rowcount"), String(COUNT + 1));
      assert.ok(drawn < 60, `${drawn} rows were drawn`);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await page.locator(`.row-link[href="#/calls/crowd-${COUNT - 1}"]`).waitFor();
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator('.row-link[href="#/calls/crowd-0"]').waitFor();
    },
    crowded,
  ));

test("what only the page can look up is looked for a thousand calls at a time, and further when somebody asks", () =>
  signedIn(
    "#/calls?verdict=nothing_wanting",
    async (page) => {
      const asked = [];
      page.on("request", (request) => request.url().includes("cursor=") && asked.push(request.url()));
      await page.getByText("Looked through 1,000 calls, none found.").waitFor();
      const further = page.getByRole("button", { name: "Look further" });
      await further.click();
      await page.getByText("Looked through 2,000 calls, none found.").waitFor();
      assert.equal(asked.length, 19);
      await page.getByLabel("Verdict").selectOption("found wanting");
      await page.getByTestId("calls").waitFor();
      assert.equal(await further.count(), 0);
    },
    crowded,
  ));
