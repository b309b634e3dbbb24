// Pictures of every page, for people to look at: target/screenshots. A page that is wider than its window fails.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { API_TOKEN as API, startWorker, TOKEN as WEBHOOK } from "../edge/worker.mjs";
import { inspect, launch, open } from "./browser.mjs";

const FOLDER = new URL("../../target/screenshots/", import.meta.url).pathname;
const SAMPLES = new URL("../../www/src/samples/", import.meta.url);
const booked = readFileSync(new URL("booked-visit.json", SAMPLES));
const voicemail = readFileSync(new URL("voicemail.json", SAMPLES));
const faulty = readFileSync(new URL("faulty.json", SAMPLES));

let worker, browser;
before(async () => {
  mkdirSync(FOLDER, { recursive: true });
  worker = await startWorker({ assets: true });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await worker?.stop();
});

/** A few calls of several kinds, the first of them the sample as it is. */
function deliveries() {
  const kinds = [
    [booked, {}],
    [voicemail, {}],
    [booked, { status: "no-answer", end_call_reason: "undefined", transcript: "", duration: 31 }],
    [booked, { status: "in-progress", end_call_reason: null, duration: null }],
    [booked, { status: "failed", end_call_reason: "error", transcript: "", duration: 0 }],
    [booked, { status: "completed", end_call_reason: "agent_goodbye", duration: 305 }],
  ];
  return kinds.map(([bytes, call], at) => {
    if (at < 2) return bytes;
    const payload = JSON.parse(bytes);
    payload.status = call.status;
    const start_time = `2026-05-2${at}T1${at}:05:00-04:00`;
    payload.call = { ...payload.call, ...call, call_id: `sample-${at}`, start_time };
    if (call.transcript === "") Object.assign(payload, { executed_actions: {}, analysis: {}, collected_variables: {} });
    else payload.executed_actions = {};
    return JSON.stringify(payload);
  });
}

test("every page in light and dark, on a phone and a wide screen", async () => {
  const first = await open(browser, `${worker.url}/#/calls`, { viewport: { width: 1440, height: 900 } });
  await first.page.getByTestId("token").fill(API);
  await first.page.keyboard.press("Enter");
  await first.page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
  await first.page.screenshot({ path: `${FOLDER}waiting-1440-light.png` });
  await first.close();
  for (const body of deliveries()) {
    const response = await fetch(`${worker.url}/webhook/${WEBHOOK}`, { method: "POST", body });
    assert.equal(response.status, 200, await response.text());
  }
  for (const [width, height] of [[1440, 900], [390, 844]])
    for (const colorScheme of ["light", "dark"]) {
      const options = { viewport: { width, height }, colorScheme, reducedMotion: "reduce" };
      const { page, quiet, close } = await open(browser, worker.url, options);
      const picture = async (name) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${name} at ${width} is ${wide} pixels too wide`);
        await page.screenshot({ path: `${FOLDER}${name}-${width}-${colorScheme}.png`, fullPage: true });
      };
      await picture("inspector-empty");
      await inspect(page, booked, "booked-visit.json");
      await picture("inspector-valid");
      await inspect(page, faulty, "faulty.json");
      await page.locator(".issue-error button").first().click();
      await picture("inspector-invalid");
      await page.getByRole("link", { name: "Calls" }).click();
      await picture("token");
      await page.getByTestId("token").fill(API);
      await page.keyboard.press("Enter");
      await page.getByTestId("calls").waitFor();
      await picture("calls");
      await page.locator(`a[href$="${JSON.parse(booked).call.call_id}"]`).click();
      await page.getByTestId("headline").waitFor();
      await picture("call");
      quiet();
      await close();
    }
});

test("no page is wider than its window, from 360 to 1440 pixels", async () => {
  for (const width of [360, 768, 1024, 1440]) {
    const { page, quiet, close } = await open(browser, worker.url, { viewport: { width, height: 800 } });
    for (const bytes of [booked, faulty]) {
      await inspect(page, bytes);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
    }
    quiet();
    await close();
  }
});
