// A list of 10,000 calls: what is drawn is what is in sight, and every call can be gone to.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { serve } from "./serve.mjs";

const COUNT = 10_000;
const PAGE = 100;

const calls = Array.from({ length: COUNT }, (_, at) => ({
  call_id: `call-${at}`,
  started_at: new Date(Date.UTC(2026, 4, 1) - at * 60_000).toISOString(),
  status: "completed",
  outcome: "connected",
  duration_seconds: at % 600,
  lead_name: `Person ${at}`,
  headline: at % 3 === 0 ? `Call ${at}.` : `Call ${at}, which took its time; the judge found the goal partly met and the style not met, so the headline takes two lines.`,
  findings: at % 4,
}));

let site, browser;
before(async () => {
  // The answers are those of the API; that many calls take minutes to deliver.
  site = await serve({
    "/api/calls": (request) => {
      const from = Number(new URL(request.url, "http://pages").searchParams.get("cursor") ?? 0);
      const next = from + PAGE;
      return { status: 200, body: { calls: calls.slice(from, next), cursor: next < COUNT ? String(next) : null } };
    },
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

test("10,000 calls are gone through to the last, and never more rows are drawn than are seen", async () => {
  const { page, quiet, close } = await open(browser, `${site.url}/#/calls`);
  await page.getByTestId("token").fill("a-token");
  await page.keyboard.press("Enter");
  await page.getByTestId("calls").waitFor();
  let drawn = 0;
  const end = page.getByText("That is every call.");
  for (let step = 0; step < 2 * (COUNT / PAGE) && !(await end.isVisible()); step += 1) {
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
  await end.waitFor();
  assert.equal(await page.getByTestId("calls").getAttribute("aria-rowcount"), String(COUNT + 1));
  assert.ok(drawn < 60, `${drawn} rows were drawn`);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.locator('.row-link[href="#/calls/call-9999"]').waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator('.row-link[href="#/calls/call-0"]').waitFor();
  quiet();
  await close();
});
