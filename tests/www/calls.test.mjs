// The calls and one call, read from a Worker that runs here with its storage.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { API_TOKEN as API, startWorker, TOKEN as WEBHOOK } from "../edge/worker.mjs";
import { launch, open } from "./browser.mjs";

const CASES = new URL("../cases/", import.meta.url);
const sample = JSON.parse(readFileSync(new URL("../../www/src/samples/booked-visit.json", import.meta.url), "utf8"));

let worker, browser;
before(async () => {
  worker = await startWorker({ assets: true });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await worker?.stop();
});

/** Opens a page of the Worker with the token given, does the work, and fails if the page did anything it may not. */
async function signedIn(address, work) {
  const opened = await open(browser, `${worker.url}/${address}`);
  await opened.page.getByTestId("token").fill(API);
  await opened.page.keyboard.press("Enter");
  await work(opened.page);
  opened.quiet();
  await opened.close();
}

async function deliver(body) {
  const response = await fetch(`${worker.url}/webhook/${WEBHOOK}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  assert.equal(response.status, 200, await response.text());
}

test("before the first call, the page says where to send it, and shows it when it came", () =>
  signedIn("#/calls", async (page) => {
    await page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
    assert.equal(await page.getByTestId("webhook").textContent(), `${worker.url}/webhook/{token}`);
    await deliver(readFileSync(new URL("documented-shape/payload.json", CASES)));
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByTestId("calls").waitFor();
    assert.equal(await page.getByTestId("calls").locator("tbody tr").count(), 1);
  }));

test("a call is shown as it was summarised", async () => {
  const golden = JSON.parse(readFileSync(new URL("documented-shape/report.json", CASES), "utf8"));
  await signedIn("#/calls", async (page) => {
    const row = page.getByTestId("calls").locator("tbody tr").first();
    assert.match(await row.textContent(), /connected.*completed.*1m 53s/);
    assert.doesNotMatch(await row.textContent(), new RegExp(golden.summary.lead.name));
    await row.getByRole("link").click();
    assert.equal(await page.getByTestId("headline").textContent(), golden.summary.headline);
    assert.equal(await page.getByTestId("outcome").textContent(), "connected");
    assert.equal(await page.getByTestId("duration").textContent(), "1m 53s");
    assert.equal(await page.getByTestId("talk").textContent(), "12 turns of 17 lines");
    assert.equal(await page.getByTestId("transcript").locator("> li").count(), 12);
    assert.equal(await page.getByTestId("transcript").locator(".turn-human .bubble").count(), 11);
    assert.equal(await page.getByTestId("transcript").locator(".turn-bot .bubble").count(), 6);
    assert.equal(await page.getByTestId("answers").getByText("not found").count(), 3);
    assert.match(await page.getByTestId("findings").textContent(), /goal.*partial/i);
    await page.getByText("Payload as JSON").click();
    const payload = JSON.parse(readFileSync(new URL("documented-shape/payload.json", CASES), "utf8"));
    assert.deepEqual(JSON.parse(await page.getByTestId("payload-json").textContent()), payload);
    await page.keyboard.press("Escape");
    await page.getByTestId("calls").waitFor();
  });
});

test("a link to a call works before the token was given, whatever its id", async () => {
  for (const call_id of ["a/b?c=#d %", "Anruf-ü \u{1f600}", "../../x"]) {
    await deliver(JSON.stringify({ ...sample, call: { ...sample.call, call_id } }));
    await signedIn(`#/calls/${encodeURIComponent(call_id)}`, async (page) => {
      await page.getByTestId("headline").waitFor();
      assert.equal(await page.locator(".rows > div", { hasText: "Call id" }).locator("dd").textContent(), call_id);
    });
  }
});

test("a call that is not stored is said to be missing", () =>
  signedIn("#/calls/nobody", (page) => page.getByRole("heading", { name: "There is no such call" }).waitFor()));

test("a wrong token is refused", async () => {
  const { page, quiet, close } = await open(browser, `${worker.url}/#/calls`);
  await page.getByTestId("token").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("did not accept that token").waitFor();
  quiet();
  await close();
});

test("more calls than fit one page are paged through, each shown once", async () => {
  const bodies = Array.from({ length: 60 }, (_, at) => {
    const start_time = new Date(Date.UTC(2026, 3, 1, 8, at)).toISOString();
    return JSON.stringify({ ...sample, call: { ...sample.call, call_id: `paged-${at}`, start_time } });
  });
  for (const body of bodies) await deliver(body);
  await signedIn("#/calls", async (page) => {
    const more = page.getByRole("button", { name: "Show more calls" });
    await page.getByTestId("calls").waitFor();
    while (await more.isVisible()) {
      const before = await page.locator(".row-link").count();
      await more.click();
      await page.waitForFunction((count) => document.querySelectorAll(".row-link").length > count, before);
    }
    const links = await page.locator(".row-link").evaluateAll((rows) => rows.map((row) => row.getAttribute("href")));
    assert.equal(new Set(links).size, links.length);
    const paged = links.filter((link) => link.startsWith("#/calls/paged-"));
    assert.deepEqual(paged, Array.from({ length: 60 }, (_, at) => `#/calls/paged-${59 - at}`));
  });
});

test("the pages come with their policy", async () => {
  const policy = (await fetch(worker.url)).headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /require-trusted-types-for 'script'/);
});
