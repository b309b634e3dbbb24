// node browser.mjs: times the built pages in Chromium, served by the Worker. A process of its own; its last line is JSON.

import assert from "node:assert/strict";
import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { API_TOKEN, startWorker } from "../../tests/edge/worker.mjs";
import { launch, open, ready } from "../../tests/www/browser.mjs";
import { signIn } from "../../tests/www/pages.mjs";
import { at } from "../setup/places.mjs";

const LOADS = 11;
const BATCHES = 7;
const THROTTLED = 4;
const REST = 1_500;
const CALLS = 15_000;
const BATCH_BYTES = 100_000_000;
const ROWS = 10_000;
/** How far the list is scrolled in each frame: several screens in a second. */
const STEP_PX = 60;
const SCROLLED_FRAMES = 600;

const sample = readFileSync(at("tests", "cases", "documented-shape-compact", "payload.json"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "postcall-bench-"));
const worker = await startWorker({ assets: true, crowd: true });
const browser = await launch();

/** Bytes of script, compressed, that come before the editor; milliseconds until what is put in has its verdict. */
async function load() {
  const requests = [];
  const { page, close } = await open(browser, "about:blank", {
    waitUntil: "load",
    async prepare(page) {
      page.on("request", (request) => requests.push(new URL(request.url()).pathname));
      const session = await page.context().newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: THROTTLED });
      await page.addInitScript((text) => {
        const watch = new MutationObserver(() => {
          const area = document.querySelector("textarea[data-testid=input]");
          if (area !== null && globalThis.put === undefined) {
            globalThis.put = performance.now();
            area.value = text;
            area.dispatchEvent(new Event("input", { bubbles: true }));
          }
          if (document.querySelector("[data-testid=verdict]") === null) return;
          console.log(JSON.stringify({ drawn: globalThis.put, answered: performance.now() }));
          watch.disconnect();
        });
        watch.observe(document, { childList: true, subtree: true });
      }, sample);
    },
  });
  // The page tells by itself: whatever is asked of it from outside brings a large script, which its CPU would read meanwhile.
  const told = page.waitForEvent("console", (message) => message.text().startsWith('{"drawn":'));
  // A browser that has just opened a window still makes processes; what they take is none of the page's.
  await page.waitForTimeout(REST);
  await page.goto(worker.url, { waitUntil: "commit" });
  const { drawn, answered } = JSON.parse((await told).text());
  await ready(page);
  await close();
  const scripts = requests.filter((path) => path.endsWith(".js"));
  const first = scripts.slice(0, scripts.findIndex((path) => /\/editor-[^/]+\.js$/.test(path)));
  assert.ok(first.length > 0, "no script came before the editor");
  const bytes = first.reduce((sum, path) => sum + gzipSync(readFileSync(at("www", "dist", path)), { level: 9 }).length, 0);
  return { drawn, answered, bytes };
}

/** A file of so many calls and bytes. */
function batchFile() {
  const path = join(folder, "calls.ndjson");
  const file = openSync(path, "w");
  const payload = JSON.parse(sample);
  const { transcript } = payload.call;
  const each = Math.floor(BATCH_BYTES / CALLS) - 1;
  for (let number = 0; number < CALLS; number += 1) {
    const start_time = new Date(Date.UTC(2026, 0, 1) + number * 600_000).toISOString();
    Object.assign(payload.call, { call_id: `batch-${number}`, duration: (number * 37) % 900, start_time, transcript });
    const missing = each - Buffer.byteLength(JSON.stringify(payload));
    assert.ok(missing >= 0, "the sample is longer than a call of the batch");
    payload.call.transcript += "and so on. ".repeat(Math.ceil(missing / 11)).slice(0, missing);
    writeSync(file, `${JSON.stringify(payload)}\n`);
  }
  return path;
}

/** The page's longest task while something is done: how long it took, and how much of the CPU, in milliseconds. */
async function longestTask(page, work) {
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline", "devtools.timeline"] });
  await work();
  await page.waitForTimeout(300);
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  // The thread of the page is the one that lays it out; the batch's own has tasks, too.
  const { pid, tid } = traceEvents.find(({ name }) => name === "UpdateLayoutTree" || name === "Layout");
  const tasks = traceEvents.filter((event) => event.name === "RunTask" && event.pid === pid && event.tid === tid);
  const [longest] = tasks.sort((a, b) => b.dur - a.dur);
  return { wall: longest.dur / 1000, cpu: Math.max(...tasks.map((task) => task.tdur)) / 1000 };
}

/** How long a batch takes, and the longest tasks of the page while it is read, and while its rows are sorted. */
async function readBatch(path) {
  const { page, quiet, close } = await open(browser, worker.url);
  await ready(page);
  let took = 0;
  const reading = await longestTask(page, async () => {
    const began = performance.now();
    await page.getByTestId("file").setInputFiles(path);
    // Not by its words: to look for them takes the page longer than all that it does itself.
    const done = () => document.querySelector("[data-testid=charts]") !== null;
    await page.waitForFunction(done, null, { polling: 50, timeout: 120_000 });
    took = performance.now() - began;
  });
  assert.equal(await page.getByTestId("batch").getAttribute("aria-rowcount"), String(CALLS + 1));
  const sorting = await longestTask(page, async () => {
    for (const cell of [".cell-headline", ".cell-duration_seconds", ".cell-issues"]) {
      await page.evaluate((name) => document.querySelector(`.table-head ${name} button`).click(), cell);
      await page.waitForTimeout(200);
    }
  });
  quiet();
  await close();
  return { took, reading, sorting };
}

/** Milliseconds between the frames in which a list of many calls is scrolled. */
async function scroll() {
  const { page, quiet, close } = await open(browser, `${worker.url}/#/calls`, { extraHTTPHeaders: { "x-crowd": String(ROWS) } });
  await signIn(page, API_TOKEN);
  await page.getByTestId("calls").waitFor();
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const until = performance.now() + 120_000;
    for (;;) {
      const foot = document.querySelector(".calls-foot");
      if (foot?.textContent === "That is every call.") break;
      if (foot === null || foot.role === "alert" || performance.now() > until) throw new Error(`the list did not come: ${foot?.textContent}`);
      scrollTo(0, document.documentElement.scrollHeight);
      await frame();
    }
  });
  assert.equal(await page.getByTestId("calls").getAttribute("aria-rowcount"), String(ROWS + 1));
  const frames = await page.evaluate(
    async ({ count, step }) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const times = [];
      let before = await frame();
      for (let at = 0; at < count; at += 1) {
        scrollBy(0, at < count / 2 ? -step : step);
        const now = await frame();
        times.push(now - before);
        before = now;
      }
      return times;
    },
    { count: SCROLLED_FRAMES, step: STEP_PX },
  );
  quiet();
  await close();
  return frames;
}

try {
  const loads = [];
  for (let number = 1; number <= LOADS; number += 1) {
    console.log(`load ${number} of ${LOADS}`);
    loads.push(await load());
  }
  const path = batchFile();
  const batches = [];
  for (let number = 1; number <= BATCHES; number += 1) {
    console.log(`batch ${number} of ${BATCHES}`);
    batches.push(await readBatch(path));
  }
  console.log("scrolling");
  const frames = await scroll();
  console.log(JSON.stringify({ version: browser.version(), loads, batches, frames }));
} finally {
  await browser.close();
  await worker.stop();
  rmSync(folder, { recursive: true });
}
