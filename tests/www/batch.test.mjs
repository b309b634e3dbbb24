// Many payloads at once: lines of a file, many files, what cannot be read, stopping, and what is taken along.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { drawn, eventually, ready, write } from "./browser.mjs";
import { pages } from "./pages.mjs";

const sample = JSON.parse(readFileSync(new URL("../../www/src/inspector/samples/booked-visit.json", import.meta.url), "utf8"));

const { open } = pages();

async function inspector(work, options) {
  const opened = await open(options);
  await ready(opened.page);
  await work(opened.page, opened);
  opened.quiet();
  await opened.close();
}

const line = (number, fields = {}) =>
  JSON.stringify({ ...sample, call: { ...sample.call, call_id: `b-${number}`, ...fields }, executed_actions: {} });

const give = (page, ...files) =>
  page.getByTestId("file").setInputFiles(
    files.map(([name, text]) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) })),
  );

const done = (page) => page.getByText("nothing of it was sent").waitFor();
/** The texts of the rows, for as few as are all drawn. */
async function headlines(page) {
  const table = page.getByTestId("batch");
  return eventually(async () => {
    const rows = await table.locator("[data-index]").allTextContents();
    assert.equal(rows.length, Number(await table.getAttribute("aria-rowcount")) - 1);
    return rows;
  });
}

test("each line of a file is a row, and blank lines are none", () =>
  inspector(async (page) => {
    await give(page, ["calls.ndjson", `${line(1)}\n\n${line(2, { duration: 20 })}\r\n{"call":{}}\nno json\n${line(3)}`]);
    await done(page);
    assert.equal(await page.getByTestId("batch").getAttribute("aria-rowcount"), "6");
    await page.getByRole("button", { name: "Valid 3", exact: true }).waitFor();
    await page.getByRole("button", { name: "Not valid 2" }).click();
    assert.equal((await headlines(page)).length, 2);
    await page.getByRole("button", { name: "Valid 3", exact: true }).click();
    await page.getByTestId("batch").locator(".row-link").nth(1).click();
    await page.locator('[data-testid=verdict][data-valid="true"]').waitFor();
    assert.match(await page.locator(".source-foot").textContent(), /calls\.ndjson, line 3/);
    const lines = page.getByTestId("input").locator(".cm-line");
    await eventually(async () => assert.deepEqual(await lines.allTextContents(), [line(2, { duration: 20 })]));
    await page.getByRole("button", { name: "Back to the batch" }).click();
    await page.getByRole("button", { name: "Not valid 2" }).click();
    await page.getByTestId("batch").locator(".row-link").nth(1).click();
    await page.locator('[data-testid=verdict][data-valid="false"]').waitFor();
    await eventually(async () => assert.deepEqual(await lines.allTextContents(), ["no json"]));
    assert.match(await page.locator(".source-foot").textContent(), /calls\.ndjson, line 5/);
    await page.getByRole("button", { name: "Back to the batch" }).click();
    await page.getByTestId("batch").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("heading", { name: "What did that call come to?" }).waitFor();
  }));

test("a row opens in the editor at once, which has come long before", () =>
  inspector(async (page) => {
    await give(page, ["calls.ndjson", `${line(1)}\n${line(2)}`]);
    await done(page);
    await page.evaluate(() => {
      globalThis.plain = 0;
      const watch = new MutationObserver(() => (globalThis.plain += document.querySelectorAll("textarea").length));
      watch.observe(document.body, { childList: true, subtree: true });
    });
    for (const row of [0, 1]) {
      await page.getByTestId("batch").locator(".row-link").nth(row).click();
      await ready(page);
      await page.getByRole("button", { name: "Back to the batch" }).click();
    }
    assert.equal(await page.evaluate(() => globalThis.plain), 0);
  }));

test("rows are sorted by any column, both ways, and those without the value stand last", () =>
  inspector(async (page) => {
    const lengths = [30, 10, null, 20];
    await give(page, ["calls.jsonl", lengths.map((duration, at) => line(at, { duration })).join("\n")]);
    await done(page);
    const order = async () => (await headlines(page)).map((text) => Number(text[0]));
    assert.deepEqual(await order(), [1, 2, 3, 4]);
    const length = page.getByRole("columnheader", { name: "Duration" });
    await length.getByRole("button").click();
    await eventually(async () => assert.deepEqual(await order(), [2, 4, 1, 3]));
    assert.equal(await length.getAttribute("aria-sort"), "ascending");
    await length.getByRole("button").click();
    await eventually(async () => assert.deepEqual(await order(), [1, 4, 2, 3]));
    assert.equal(await length.getAttribute("aria-sort"), "descending");
  }));

test("rows that come while others are sorted and narrowed already are put among them, each once", () =>
  inspector(async (page) => {
    const lengths = Array.from({ length: 300 }, (_, at) => (at * 179) % 300);
    const files = lengths.map((duration, at) => [`${at}.json`, at % 7 === 0 ? '{"call":{}}' : line(at, { duration })]);
    const giving = give(page, ...files);
    await page.getByTestId("batch").getByRole("button", { name: "Duration" }).click();
    await page.getByRole("button", { name: /^Valid \d/ }).click();
    await giving;
    await done(page);
    const wanted = lengths.filter((_, at) => at % 7 !== 0).sort((a, b) => a - b);
    await page.getByRole("button", { name: `Valid ${wanted.length}`, exact: true }).waitFor();
    assert.equal(await page.getByTestId("batch").getAttribute("aria-rowcount"), String(wanted.length + 1));
    const seen = new Map();
    for (let far = 0; seen.size < wanted.length && far < 200; far += 1) {
      await page.evaluate((screens) => scrollTo(0, screens * innerHeight * 0.8), far);
      await drawn(page);
      const rows = await page.getByTestId("batch").locator("[data-index]").evaluateAll((all) => all.map((row) => [Number(row.dataset.index), row.querySelector(".cell-duration").textContent]));
      for (const [index, length] of rows) seen.set(index, length);
    }
    const told = (seconds) => [[Math.floor(seconds / 60), "m"], [seconds % 60, "s"]].filter(([count], at) => count > 0 || (at === 1 && seconds === 0)).map((part) => part.join("")).join(" ");
    assert.deepEqual([...seen].sort(([a], [b]) => a - b).map(([, length]) => length), wanted.map(told));
  }));

test("the judge's verdicts are counted by criterion, however they are spelled and wherever a line is cut", () =>
  inspector(async (page) => {
    const judged = [
      { style: "true", goal: "partial", persona: true },
      { style: " TRUE ", goal: false, persona: null },
      { style: "Partial", goal: "true", persona: "not-applicable" },
      { style: "true", goal: "no word of the judge's", persona: "false" },
      {},
    ].map((analysis, at) => JSON.stringify({ ...JSON.parse(line(at)), analysis }));
    // Longer than any piece in which a file is read.
    const long = JSON.parse(line(5, { transcript: "bot: and so on\n".repeat(200_000) }));
    long.analysis = { style: "false" };
    await give(page, ["calls.ndjson", [...judged, JSON.stringify(long), '{"call":{},"analysis":{"style":"true"}}'].join("\r\n")], ["one.json", judged[2]]);
    await done(page);
    const rows = page.getByRole("table", { name: "Verdicts" }).locator("tbody tr");
    assert.deepEqual(await rows.allTextContents(), ["style50%21", "goal50%11", "persona50%01"]);
    await page.getByRole("button", { name: "Close" }).click();
    await give(page, ["none.ndjson", `${judged[4]}\n${judged[4]}`]);
    await done(page);
    await page.getByText("None of these calls was judged.").waitFor();
  }));

test("many files are one batch, each whole or by its lines", () =>
  inspector(async (page) => {
    await give(page, ["one.json", JSON.stringify(sample, null, 2)], ["two.json", `${line(1)}\n${line(2)}`], ["three.json", "[]"]);
    await done(page);
    assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "3 files");
    const rows = await headlines(page);
    assert.deepEqual(rows.map((text) => /^(one|two|three)\.json(\d)/.exec(text).slice(1)), [["one", "1"], ["two", "1"], ["two", "2"], ["three", "1"]]);
    assert.match(rows[3], /not valid/);
    const first = page.getByTestId("batch").getByRole("columnheader").first();
    assert.equal(await first.textContent(), "File ↑");
    await page.getByRole("button", { name: "Close" }).click();
    await give(page, ["calls.ndjson", `${line(1)}\n${line(2)}`]);
    await done(page);
    assert.equal(await first.textContent(), "Line ↑");
  }));

test("a row whose file has been changed meanwhile says so when it is opened", () =>
  inspector(async (page) => {
    const folder = mkdtempSync(join(tmpdir(), "postcall-batch-"));
    const path = join(folder, "calls.ndjson");
    writeFileSync(path, `${line(1)}\n${line(2)}`);
    await page.getByTestId("file").setInputFiles(path);
    await done(page);
    writeFileSync(path, "something else");
    await page.getByTestId("batch").locator(".row-link").first().click();
    await page.getByTestId("saying").getByText("could not be read any more").waitFor();
    rmSync(folder, { recursive: true });
  }));

test("lines that were pasted are offered to be read as what they are", () =>
  inspector(async (page) => {
    await write(page, `${line(1)}\n${line(2)}`);
    await page.getByRole("button", { name: "Read each line as a call" }).click();
    await done(page);
    assert.equal(await page.getByTestId("batch").getAttribute("aria-rowcount"), "3");
  }));

test("summaries are saved as NDJSON and as CSV, in which no cell is a formula", () =>
  inspector(async (page) => {
    const names = ['=cmd|"/C calc"!A0', "+4915112345678", "-3", "@SUM(A1)", "\t=1", 'Ada, "the\nfirst"', "plain", "-1e3", "-03", "＝1", "\u200b=1", " padded "];
    const payloads = names.map((name, at) => ({ ...JSON.parse(line(at)), lead: { name, phone_number: "+12025550131" } }));
    await give(page, ["calls.ndjson", payloads.map((payload) => JSON.stringify(payload)).join("\n")]);
    await done(page);
    const saved = async (name) => {
      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name }).click();
      const file = await saving;
      return [file.suggestedFilename(), readFileSync(await file.path(), "utf8")];
    };
    const [ndjson, lines] = await saved("NDJSON");
    assert.equal(ndjson, "calls-summaries.ndjson");
    const summaries = lines.trimEnd().split("\n").map((text) => JSON.parse(text));
    assert.deepEqual(summaries.map((summary) => summary.lead.name), names);
    const [csv, table] = await saved("CSV");
    assert.equal(csv, "calls-summaries.csv");
    const [head, ...rows] = cells(table.replace(/^\ufeff/, ""));
    assert.ok(table.startsWith("\ufeff"));
    const written = rows.map((row) => row[head.indexOf("lead_name")]);
    assert.deepEqual(written, ["'" + names[0], names[1], names[2], "'@SUM(A1)", "'\t=1", names[5], names[6], names[7], "'-03", "'＝1", "'\u200b=1", names[11]]);
    assert.deepEqual(rows.map((row) => row.length), names.map(() => head.length));
  }));

test("reading is stopped when somebody asks, and what was read stays", () =>
  inspector(async (page) => {
    // A file of gigabytes made of one part many times: nothing is done with it before somebody can ask.
    const lines = `${line(1)}\n`.repeat(100);
    const parts = Math.ceil(4e9 / lines.length);
    await page.evaluate(
      ({ text, times }) => {
        const part = new Blob([text]);
        const transfer = new DataTransfer();
        transfer.items.add(new File(Array(times).fill(part), "much.ndjson"));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
      },
      { text: lines, times: parts },
    );
    await page.getByTestId("batch").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("then you stopped it").waitFor();
    const read = Number(await page.getByTestId("batch").getAttribute("aria-rowcount"));
    assert.ok(read > 1 && read < parts * 100, `${read} rows`);
    await page.getByTestId("charts").waitFor();
  }));

/** CSV as RFC 4180 has it. */
function cells(text) {
  const rows = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === "\r\n") rows.push([]);
    if (end === "") break;
  }
  return rows.filter((row) => row.length > 1);
}
