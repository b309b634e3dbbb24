// When the API does not answer as hoped, the page says what is the case and what to do.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { serve } from "./serve.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Opens an address with a token, on a server whose API gives this answer. */
async function withAnswer(answer, address, work) {
  const site = await serve(answer === null ? {} : { "/api/": () => answer.current ?? answer });
  try {
    const { page, quiet, close } = await open(browser, `${site.url}/${address}`);
    await page.getByTestId("token").fill("a-token");
    await page.keyboard.press("Enter");
    await work(page);
    quiet();
    await close();
  } finally {
    await site.stop();
  }
}

const problem = (status, type, detail) => ({ status, body: { type, title: type, status, detail } });

test("a token that is refused is forgotten and asked for again", () =>
  withAnswer(problem(401, "unauthorized", "no token"), "#/calls", async (page) => {
    await page.getByText("did not accept that token").waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  }));

test("a Worker without tokens says which setting is missing", () =>
  withAnswer(problem(503, "not_configured", "`API_TOKENS` is not set"), "#/calls", async (page) => {
    await page.getByRole("heading", { name: "The Worker has no API token yet" }).waitFor();
    await page.getByText("`API_TOKENS` is not set").waitFor();
  }));

test("storage that fails can be tried again", () => {
  const answer = { current: problem(503, "storage_unavailable", "try again") };
  return withAnswer(answer, "#/calls", async (page) => {
    await page.getByRole("heading", { name: "cannot read its storage" }).waitFor();
    answer.current = { status: 200, body: { calls: [], cursor: null } };
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
    assert.equal(await page.getByTestId("webhook").textContent(), `${new URL(page.url()).origin}/webhook/{token}`);
  });
});

test("a list that cannot be brought up to date stays, says so, and can be tried again", () => {
  const list = { status: 200, body: { calls: [{ call_id: "a", headline: "A call." }], cursor: null } };
  const answer = { current: list };
  return withAnswer(answer, "#/calls", async (page) => {
    await page.getByText("That is every call.").waitFor();
    answer.current = problem(503, "storage_unavailable", "try again");
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("The list could not be brought up to date.").waitFor();
    assert.equal(await page.locator(".row-link").count(), 1);
    answer.current = list;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("That is every call.").waitFor();
  });
});

test("the rest of a list that does not come is asked for again only when somebody wants it", () => {
  let asked = 0;
  const answer = {
    get current() {
      asked += 1;
      return asked === 1
        ? { status: 200, body: { calls: [{ call_id: "a", headline: "A call." }], cursor: "more" } }
        : asked < 4
          ? problem(429, "rate_limited", "too many")
          : { status: 200, body: { calls: [{ call_id: "b", headline: "Another." }], cursor: null } };
    },
  };
  return withAnswer(answer, "#/calls", async (page) => {
    const retry = page.getByRole("button", { name: "Try again" });
    await retry.waitFor();
    assert.equal(asked, 2);
    await retry.click();
    await retry.waitFor();
    await page.waitForLoadState("networkidle");
    assert.equal(asked, 3);
    await retry.click();
    await page.getByText("That is every call.").waitFor();
    assert.equal(await page.locator(".row-link").count(), 2);
  });
});

test("what stands in front of the Worker and lets nobody through is said to do so", () =>
  withAnswer({ status: 403, body: "<!doctype html><p>Sign in</p>" }, "#/calls", (page) =>
    page.getByRole("heading", { name: "You may not see this" }).waitFor(),
  ));

test("a call that is not there leads back to the calls", () =>
  withAnswer(problem(404, "not_found", "no such call"), "#/calls/a%2Fb", async (page) => {
    await page.getByRole("heading", { name: "There is no such call" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Back to the calls" }).getAttribute("href"), "#/calls");
  }));

test("pages without a Worker behind them say so", () =>
  withAnswer(null, "#/calls", (page) => page.getByRole("heading", { name: "This address has no API" }).waitFor()));

test("a network that fails says so", () =>
  withAnswer({ status: 200, body: { calls: [], cursor: null } }, "#/calls", async (page) => {
    await page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("heading", { name: "The Worker does not answer" }).waitFor();
  }));

test("an address that names no page says so", async () => {
  const site = await serve();
  for (const address of ["#/nowhere", "#/calls/a/b", "#/calls/%zz"]) {
    const { page, quiet, close } = await open(browser, `${site.url}/${address}`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    quiet();
    await close();
  }
  await site.stop();
});
