// The inspector: what goes in, what is shown, and that nothing goes out.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inspect, report } from "./browser.mjs";
import { pages } from "./pages.mjs";

const SAMPLES = new URL("../../www/src/samples/", import.meta.url);
const booked = readFileSync(new URL("booked-visit.json", SAMPLES));
const faulty = readFileSync(new URL("faulty.json", SAMPLES), "utf8");

const open = pages();

/** Opens the inspector, does the work, and fails if the page did anything it may not. */
async function inspector(work, options) {
  const opened = await open(options);
  await work(opened.page, opened);
  opened.quiet();
  await opened.close();
}

test("a valid payload is read as a summary, a conversation, answers and findings", () =>
  inspector(async (page) => {
    await inspect(page, booked);
    assert.equal(await page.getByTestId("verdict").getAttribute("data-valid"), "true");
    const { summary } = await report(page);
    assert.equal(await page.getByTestId("headline").textContent(), summary.headline);
    assert.equal(await page.getByTestId("outcome").textContent(), "connected");
    assert.equal(await page.getByTestId("duration").textContent(), "2m 28s");
    assert.equal(await page.getByTestId("talk").textContent(), "10 turns of 13 lines");
    assert.equal(await page.getByTestId("transcript").locator("> li").count(), 10);
    assert.equal(await page.getByTestId("answers").locator("tbody tr").count(), summary.answers.length);
    assert.equal(await page.getByTestId("findings").locator("> li").count(), 2);
    assert.match(await page.getByTestId("failed-actions").textContent(), /transfer to front desk/);
    assert.match(await page.getByTestId("variables").textContent(), /visit_date\s*2026-06-09/);
    assert.match(await page.locator("body").textContent(), /20:20.*your time; .*14:20 in America\/New_York/);
  }));

test("an invalid payload says why, and an issue leads to its place", () =>
  inspector(async (page) => {
    await page.getByTestId("input").fill(faulty);
    assert.equal(await page.getByTestId("verdict").getAttribute("data-valid"), "false");
    assert.match(await page.getByTestId("verdict").textContent(), /Not valid, and here is why/);
    const issue = page.getByRole("button", { name: /invalid_type.*call_id/ });
    await issue.focus();
    await page.keyboard.press("Enter");
    assert.equal(await selected(page), "90210");
  }));

test("an issue's place is found in bytes that are no text, behind CRLF and behind a byte order mark", () =>
  inspector(async (page) => {
    const text = '{\r\n  "lead": { "name": "é\u{1f600}" },\r\n  "call": { "call_id": 7 }\r\n}';
    await inspect(page, Buffer.from(`\ufeff${text}`));
    await page.getByRole("button", { name: /invalid_type/ }).click();
    assert.equal(await selected(page), "7");
    await inspect(page, Buffer.concat([Buffer.from('{"call":{"call_id":"a'), Buffer.from([0xff]), Buffer.from('"}}')]));
    const { issues } = await report(page);
    assert.ok(issues.some((issue) => issue.code === "invalid_utf8"));
    await page.getByRole("button", { name: /invalid_utf8/ }).click();
    assert.equal((await selected(page))[0], "\ufffd");
  }));

test("a file that is dropped is read as it is, and the page stays", () =>
  inspector(async (page) => {
    await page.evaluate((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "dropped.json"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, booked.toString());
    await page.getByTestId("verdict").waitFor();
    assert.match(await page.locator(".source-foot").textContent(), /dropped\.json/);
    assert.equal(await page.getByTestId("input").inputValue(), booked.toString());
  }));

test("typing changes the report as one goes", () =>
  inspector(async (page) => {
    const input = page.getByTestId("input");
    await input.fill('{"call":{"call_id":"a"}');
    assert.equal((await report(page)).issues[0].code, "invalid_json");
    await input.press("End");
    await input.pressSequentially("}");
    assert.equal(await page.getByTestId("verdict").getAttribute("data-valid"), "true");
    await input.fill("");
    await page.getByRole("heading", { name: "What did that call come to?" }).waitFor();
  }));

test("each sample loads, and its verdict is what its name says", () =>
  inspector(async (page) => {
    for (const [name, valid] of [["Booked visit", "true"], ["Voicemail", "true"], ["Faulty", "false"]]) {
      await page.getByRole("button", { name }).click();
      await page.locator(`[data-testid=verdict][data-valid="${valid}"]`).waitFor();
    }
  }));

test("names and numbers are masked until they are asked for", () =>
  inspector(async (page) => {
    await inspect(page, booked);
    const lead = page.locator(".fact", { hasText: "Lead" });
    assert.doesNotMatch(await lead.textContent(), /Maren|\+1202/);
    await page.getByRole("button", { name: "Show name and number" }).click();
    assert.match(await lead.textContent(), /Maren Okafor.*\+12025550131/);
    await page.getByRole("button", { name: "Hide name and number" }).click();
    assert.doesNotMatch(await lead.textContent(), /Maren|\+1202/);
  }));

test("the keyboard is enough", () =>
  inspector(async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "postcall");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "input");
    await page.keyboard.type("/");
    assert.equal(await page.getByTestId("input").inputValue(), "/");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
  }));

test("the report can be copied", () =>
  inspector(
    async (page) => {
      await inspect(page, booked);
      const wanted = await report(page);
      await page.getByRole("button", { name: "Copy" }).click();
      await page.getByText("Copied").waitFor();
      assert.deepEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), wanted);
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("nothing leaves the page once it is loaded", () =>
  inspector(async (page, { requests }) => {
    const loaded = requests.length;
    await page.context().setOffline(true);
    await inspect(page, booked);
    await page.getByTestId("input").fill(faulty);
    await report(page);
    assert.deepEqual(requests.slice(loaded), []);
  }));

test("a core that does not load is said to be missing, and comes with the next load", async () => {
  let broken = true;
  const prepare = (page) =>
    page.route(/\/assets\/(?!index-).*\.js$/, (route) => (broken ? route.abort() : route.continue()));
  const { page, close } = await open({ prepare });
  await page.getByTestId("input").fill(booked.toString());
  await page.getByRole("heading", { name: "The core did not load" }).waitFor();
  broken = false;
  await page.getByRole("button", { name: "Load the page again" }).click();
  await page.getByRole("heading", { name: "What did that call come to?" }).waitFor();
  await inspect(page, booked);
  await close();
});

test("a file of 20 MB is refused by the core, not by the page", () =>
  inspector(async (page) => {
    const folder = mkdtempSync(join(tmpdir(), "postcall-page-"));
    writeFileSync(join(folder, "large.json"), Buffer.alloc(20_000_000, " "));
    await page.getByTestId("file").setInputFiles(join(folder, "large.json"));
    await page.getByTestId("verdict").waitFor();
    assert.deepEqual((await report(page)).issues.map((issue) => issue.code), ["too_large"]);
    await page.getByText("too large to be shown here").waitFor();
    rmSync(folder, { recursive: true });
  }));

async function selected(page) {
  return page.getByTestId("input").evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
}
