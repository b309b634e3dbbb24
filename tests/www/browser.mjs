// Debian's Chromium, and what a page under test must never do.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

export async function launch() {
  if (!existsSync(EXECUTABLE))
    throw new Error(`no Chromium at ${EXECUTABLE}: \`apt-get install chromium\`, or name one in the variable CHROMIUM`);
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * A new page that keeps account of everything a page of ours may not do. `quiet()` fails if it did any of it: a dialog,
 * a report of the content security policy, an error in the console, an exception, a request to another origin.
 * `prepare` gets the page before it goes anywhere.
 */
export async function open(browser, url, { prepare, waitUntil = "networkidle", ...options } = {}) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...options });
  // A busy machine takes its time; what never comes fails all the same.
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const faults = [];
  const requests = [];
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    requests.push(request.url());
    if (new URL(request.url()).origin !== new URL(url).origin) faults.push(`request: ${request.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  await prepare?.(page);
  await page.goto(url, { waitUntil });
  return {
    page,
    requests,
    quiet: () => assert.deepEqual(faults, []),
    close: () => context.close(),
  };
}

/** Chromium reports every answer of 400 and above as an error; those are part of the tests. */
function isExpected(text) {
  return text.startsWith("Failed to load resource:");
}

/**
 * Passes as soon as `check` does, and fails as it did last where it never does: for what is asked of a page at once, such
 * as a count, while the page may still be drawing it.
 */
export async function eventually(check, milliseconds = 15_000) {
  const until = Date.now() + milliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    await sleep(30);
  }
}

/** Waits until the page has drawn what it was about to draw: what is not there then was not on its way. */
export function drawn(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
}

/** What the page's address names, as the page has it now; `page.url()` hears of a change some time later. */
export function hash(page) {
  return page.evaluate(() => location.hash);
}

/** Waits for the editor, which comes after the rest of the page. */
export async function ready(page) {
  await page.getByTestId("editor").getByTestId("input").waitFor();
}

/** Points at something until what it has to say about itself is there: a pointer may come while it is still moving. */
export async function pointAt(page, target, saying) {
  await eventually(async () => {
    await page.mouse.move(0, 0);
    await target.hover();
    await saying.waitFor({ timeout: 3_000 });
  }, 30_000);
}

/** Writes a text into the editor in the place of what is there. */
export async function write(page, text) {
  await ready(page);
  await page.getByTestId("input").focus();
  await page.keyboard.press("ControlOrMeta+a");
  if (text === "") await page.keyboard.press("Delete");
  else await page.keyboard.insertText(text);
}

/** What is selected in the editor. */
export function selected(page) {
  return page.getByTestId("editor").evaluate((host) => host.shadowRoot.getSelection().toString());
}

/** Puts bytes into the inspector as a file of that name. */
export async function inspect(page, bytes, name = "payload.json") {
  await ready(page);
  const clear = page.getByRole("button", { name: "Clear", exact: true });
  if (await clear.isVisible()) {
    await clear.click();
    await page.getByTestId("verdict").waitFor({ state: "detached" });
  }
  await page.getByTestId("file").setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(bytes) });
  await page.getByTestId("verdict").waitFor();
}

/** The report as the page gives it to machines. */
export async function report(page) {
  const json = page.getByTestId("report-json");
  if (!(await json.isVisible())) await page.getByText("Report as JSON").click();
  return JSON.parse(await json.textContent());
}
