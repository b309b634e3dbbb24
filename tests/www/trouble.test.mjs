// When the API does not answer as hoped, the page says what is the case and what to do.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { drawn, eventually } from "./browser.mjs";
import { pages } from "./pages.mjs";
import { REFUSALS } from "./states.mjs";

const sample = JSON.parse(readFileSync(new URL("../../www/src/inspector/samples/booked-visit.json", import.meta.url), "utf8"));

const { open, signedIn, deliver, url } = pages({ faults: true });
const unconfigured = pages({ vars: { API_TOKENS: undefined } });
const unbound = pages({ more: { kvNamespaces: {} } });

/** Opens a page whose requests to the API meet faults of the Worker's storage as long as `fails` says so of them. */
function withFaults(work) {
  const storage = { fails: () => false };
  const prepare = (page) =>
    page.route("**/api/**", (route) => {
      const request = route.request();
      return route.continue({ headers: { ...request.headers(), ...(storage.fails(request.url()) ? { "x-fault": "1+ fail" } : {}) } });
    });
  return signedIn("#/calls", (page) => work(page, storage), { prepare });
}

for (const [worker, missing, names] of [
  [unconfigured, "tokens", ["API_TOKENS", "/healthz"]],
  [unbound, "its KV", ["CALLS", "/healthz"]],
])
  test(`a Worker without ${missing} says so, and names nothing else as missing`, () =>
    worker.signedIn("#/calls", async (page) => {
      await page.getByRole("heading", { name: "The Worker is not set up yet" }).waitFor();
      const notice = page.locator(".notice");
      assert.deepEqual(await notice.getByText("The Worker says:").locator("code").allTextContents(), names);
      assert.equal((await notice.textContent()).includes("API_TOKENS"), names.includes("API_TOKENS"));
    }));

test("storage that fails can be tried again", () =>
  withFaults(async (page, storage) => {
    await page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
    storage.fails = () => true;
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("heading", { name: "cannot read its storage" }).waitFor();
    for (const room of ["Quarantine", "Conflicts", "Statistics", "List"]) {
      await page.getByRole("link", { name: room }).click();
      await page.locator(".rooms [aria-current]", { hasText: room }).waitFor();
      await page.getByRole("heading", { name: "cannot read its storage" }).waitFor();
    }
    storage.fails = () => false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
    assert.equal(await page.getByTestId("webhook").textContent(), `${url()}/webhook/{token}`);
  }));

test("a network that fails says so", () =>
  signedIn("#/calls", async (page) => {
    await page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("heading", { name: "The Worker does not answer" }).waitFor();
  }));

test("a list that cannot be brought up to date stays, says so, and can be tried again", async () => {
  await deliver(JSON.stringify(sample));
  await withFaults(async (page, storage) => {
    await page.getByText("That is every call.").waitFor();
    storage.fails = () => true;
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("The list could not be brought up to date.").waitFor();
    assert.equal(await page.locator(".row-link").count(), 1);
    storage.fails = () => false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("That is every call.").waitFor();
  });
});

test("the rest of a list that does not come is asked for again only when somebody wants it", async () => {
  for (let at = 0; at < 60; at += 1)
    await deliver(JSON.stringify({ ...sample, call: { ...sample.call, call_id: `rest-${at}` }, executed_actions: {} }));
  await withFaults(async (page, storage) => {
    let asked = 0;
    let fails = true;
    storage.fails = (address) => {
      if (!address.includes("cursor=")) return false;
      asked += 1;
      return fails;
    };
    await page.getByTestId("calls").waitFor();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const retry = page.getByRole("button", { name: "Try again" });
    const failed = async (times) => {
      await eventually(async () => assert.ok(asked >= times && (await retry.isEnabled())));
      // Whatever would ask again by itself has asked by then.
      await drawn(page);
      assert.equal(asked, times);
    };
    await failed(1);
    await retry.click();
    await failed(2);
    fails = false;
    await retry.click();
    await page.getByText("That is every call.").waitFor();
    assert.equal(await page.getByTestId("calls").getAttribute("aria-rowcount"), "62");
  });
});

test("an erasure that fails leaves the call where it is, and says so", () =>
  withFaults(async (page, storage) => {
    await page.goto(`${url()}/#/calls/rest-7`);
    await page.getByTestId("headline").waitFor();
    storage.fails = () => true;
    await page.getByRole("button", { name: "Erase", exact: true }).click();
    await page.getByRole("button", { name: "Erase it" }).click();
    await page.getByTestId("saying").getByText("The call was not erased. Try again.").waitFor();
    await page.getByTestId("headline").waitFor();
    storage.fails = () => false;
    await page.getByRole("button", { name: "Erase", exact: true }).click();
    await page.getByRole("button", { name: "Erase it" }).click();
    await page.getByTestId("saying").getByText("The call was erased.").waitFor();
  }));

for (const [name, heading, meet] of REFUSALS)
  test(`what keeps the calls from being read is said to do so: ${name}`, () =>
    signedIn("#/calls", (page) => page.getByRole("heading", { name: heading }).waitFor(), { prepare: (page) => page.route("**/api/**", meet) }));

test("a call that is not there leads back to the calls", () =>
  signedIn("#/calls/a%2Fb", async (page) => {
    await page.getByRole("heading", { name: "There is no such call" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Back to the calls" }).getAttribute("href"), "#/calls");
  }));

test("an address that names no page says so", async () => {
  for (const address of ["#/nowhere", "#/calls/a/b", "#/calls/%zz"]) {
    const { page, quiet, close } = await open({ address });
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    quiet();
    await close();
  }
});
