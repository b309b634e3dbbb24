// The inspector: what goes in, what is shown, and that nothing goes out.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { eventually, inspect, pointAt, ready, report, selected, write } from "./browser.mjs";
import { pages } from "./pages.mjs";

const SAMPLES = new URL("../../www/src/inspector/samples/", import.meta.url);
const booked = readFileSync(new URL("booked-visit.json", SAMPLES));
const faulty = readFileSync(new URL("faulty.json", SAMPLES), "utf8");

const compact = JSON.stringify(JSON.parse(booked));

const { open } = pages();

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
    await write(page, faulty);
    await page.locator('[data-testid=verdict][data-valid="false"]').waitFor();
    assert.match(await page.getByTestId("verdict").textContent(), /Not valid, and here is why/);
    const issue = page.getByRole("button", { name: /invalid_type.*call_id/ });
    await issue.focus();
    await page.keyboard.press("Enter");
    await eventually(async () => assert.equal(await selected(page), "90210"));
  }));

test("an issue says which rule is broken, and for the others what was expected and what was there", () =>
  inspector(async (page) => {
    await write(page, '{"status":"failed","call":{"status":"completed","call_id":"0866","duration":"113"}}');
    await page.getByTestId("verdict").waitFor();
    const detail = (code) => page.locator(".issue", { hasText: code }).locator(".issue-detail").textContent();
    assert.equal(await detail("status_mismatch"), "rule status_mismatch ");
    assert.equal(await detail("loose_type"), "expected number received string");
  }));

test("an issue's place is found in bytes that are no text, behind CRLF and behind a byte order mark", () =>
  inspector(async (page) => {
    const text = '{\r\n  "lead": { "name": "é\u{1f600}" },\r\n  "call": { "call_id": 7 }\r\n}';
    await inspect(page, Buffer.from(`\ufeff${text}`));
    await page.getByRole("button", { name: /invalid_type/ }).click();
    await eventually(async () => assert.equal(await selected(page), "7"));
    await inspect(page, Buffer.concat([Buffer.from('{"call":{"call_id":"a'), Buffer.from([0xff]), Buffer.from('"}}')]));
    const { issues } = await report(page);
    assert.ok(issues.some((issue) => issue.code === "invalid_utf8"));
    await page.getByRole("button", { name: /invalid_utf8/ }).click();
    await eventually(async () => assert.equal((await selected(page))[0], "\ufffd"));
  }));

test("a file that is dropped is read as it is, and the page stays", () =>
  inspector(async (page) => {
    await ready(page);
    await page.evaluate((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "dropped.json"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, booked.toString());
    await page.getByTestId("verdict").waitFor();
    assert.match(await page.locator(".source-foot").textContent(), /dropped\.json/);
    const { summary } = await report(page);
    assert.equal(summary.call_id, JSON.parse(booked).call.call_id);
  }));

test("typing changes the report as one goes", () =>
  inspector(async (page) => {
    await write(page, '{"call":{"call_id":"a"}');
    assert.equal((await report(page)).issues[0].code, "invalid_json");
    await page.getByTestId("input").focus();
    await page.keyboard.press("End");
    await page.keyboard.type("}");
    await page.locator('[data-testid=verdict][data-valid="true"]').waitFor();
    await write(page, "");
    await page.getByRole("heading", { name: "What did that call come to?" }).waitFor();
  }));

test("each sample loads, and its verdict is what its name says", () =>
  inspector(async (page) => {
    for (const [name, file, valid] of [
      ["Booked visit", "booked-visit", "true"],
      ["Voicemail", "voicemail", "true"],
      ["Loose types", "loose-types", "true"],
      ["Faulty", "faulty", "false"],
    ]) {
      await page.getByRole("button", { name }).click();
      const { length } = readFileSync(new URL(`${file}.json`, SAMPLES), "utf8");
      await page.getByText(`${length.toLocaleString("en-GB")} characters`, { exact: true }).waitFor();
      await page.locator(`[data-testid=verdict][data-valid="${valid}"]`).waitFor();
    }
  }));

test("names and numbers are masked until they are asked for", () =>
  inspector(async (page) => {
    await inspect(page, booked);
    const lead = page.locator(".fact", { hasText: "Lead" });
    assert.doesNotMatch(await lead.textContent(), /Maren|\+1202/);
    await page.getByRole("button", { name: "Show name and number" }).click();
    await eventually(async () => assert.match(await lead.textContent(), /Maren Okafor.*\+12025550131/));
    await page.getByRole("button", { name: "Hide name and number" }).click();
    await eventually(async () => assert.doesNotMatch(await lead.textContent(), /Maren|\+1202/));
  }));

test("the keyboard is enough", () =>
  inspector(async (page) => {
    await ready(page);
    const focused = () => page.evaluate(() => document.activeElement.dataset.testid ?? document.activeElement.textContent);
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "postcall");
    await page.keyboard.press("/");
    assert.equal(await focused(), "editor");
    await page.keyboard.type("/?");
    await eventually(async () => assert.equal(await page.getByTestId("input").locator(".cm-line").textContent(), "/?"));
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Help" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }));

test("the report can be copied", () =>
  inspector(
    async (page) => {
      await inspect(page, booked);
      const wanted = await report(page);
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      await page.getByText("Copied").waitFor();
      assert.deepEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), wanted);
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

/** What the page fetches in an idle moment; its thread for batches fetches the core for itself. */
const LATER = ["batchview", "compare", "merge", "shared", "booked-visit", "voicemail", "loose-types", "faulty", "batch.worker"];

test("nothing leaves the page once it is loaded", () => {
  const came = [];
  const times = (name) => came.filter((url) => url.includes(`/assets/${name}-`)).length;
  const prepare = (page) => page.on("requestfinished", (request) => came.push(request.url()));
  return inspector(async (page, { requests }) => {
    await ready(page);
    await eventually(() => {
      for (const name of LATER) assert.equal(times(name), 1, name);
      assert.equal(times("postcall"), 2);
    });
    const loaded = requests.length;
    await page.context().setOffline(true);
    await inspect(page, booked);
    await write(page, faulty);
    await report(page);
    for (const name of ["Voicemail", "Loose types"]) await page.getByRole("button", { name }).click();
    await page.locator('[data-testid=verdict][data-valid="true"]').waitFor();
    await page.getByTestId("file").setInputFiles({ name: "b.ndjson", mimeType: "", buffer: Buffer.from(`${compact}\n${compact}\n`) });
    await page.getByText("nothing of it was sent").waitFor();
    await page.getByTestId("charts").waitFor();
    await page.getByRole("link", { name: "Compare" }).click();
    await page.getByRole("button", { name: "Try two samples" }).click();
    await page.getByTestId("merged").locator(".cm-editor").first().waitFor();
    // The browser itself looks at the page's picture again when the address changes.
    assert.deepEqual(requests.slice(loaded).filter((url) => !url.endsWith("/icon.svg")), []);
  }, { prepare });
});

test("a core that does not load is said to be missing, and comes with the next load", async () => {
  let broken = true;
  const prepare = (page) =>
    page.route(/\/assets\/slim-.*\.js$/, (route) => (broken ? route.abort() : route.continue()));
  const { page, close } = await open({ prepare });
  await page.getByTestId("input").fill(booked.toString());
  await page.getByRole("heading", { name: "The core did not load" }).waitFor();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.press("ArrowLeft");
  await page.locator(".caret").getByText(`line ${booked.toString().split("\n").length - 1}, column 2`).waitFor();
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

test("an issue is underlined at its place, says what it is when pointed at, and F8 leads from one to the next", () =>
  inspector(async (page) => {
    await inspect(page, faulty, "faulty.json");
    const underlined = page.locator(".cm-lintRange-error", { hasText: "90210" });
    await pointAt(page, underlined, page.locator(".cm-tooltip", { hasText: "must be a string, not a number" }));
    await page.getByTestId("input").focus();
    await page.keyboard.press("ControlOrMeta+Home");
    const caret = page.locator(".caret");
    const isAt = (place) => eventually(async () => assert.equal(await caret.textContent(), place));
    await isAt("line 1, column 1");
    const visited = [];
    for (let step = 0; step < 3; step += 1) {
      await page.keyboard.press("F8");
      await eventually(async () => {
        const place = await caret.textContent();
        assert.ok(place !== "line 1, column 1" && !visited.includes(place), visited.join("; "));
        visited.push(place);
      });
    }
    await page.keyboard.press("Shift+F8");
    await isAt(visited[1]);
  }));

test("a loose type is written as its documented one where that says the same", () =>
  inspector(async (page) => {
    await ready(page);
    await page.getByRole("button", { name: "Loose types" }).click();
    await page.getByTestId("verdict").waitFor();
    assert.deepEqual([...new Set((await report(page)).issues.map((issue) => issue.code))], ["loose_type"]);
    const fix = page.locator(".fix");
    const labels = await fix.allTextContents();
    assert.deepEqual(new Set(labels), new Set(["Write it as a number", "Write it as an object", "Write it as true or false"]));
    for (let left = labels.length; left > 0; left -= 1) {
      await fix.first().click();
      await page.waitForFunction((count) => document.querySelectorAll(".fix").length < count, left);
    }
    await page.getByText("Every field is in its documented form").waitFor();
  }));

test("what cannot be written otherwise without saying something else gets no such offer", () =>
  inspector(async (page) => {
    for (const duration of ['"1e"', '"0113"', '""', '"12 s"']) {
      await inspect(page, `{"status":"completed","call":{"call_id":"a","status":"completed","duration":${duration}}}`);
      assert.equal(await page.locator(".fix").count(), 0, duration);
    }
    await inspect(page, '{"status":"completed","call":{"call_id":"a","status":"completed","duration":"150.5"}}');
    await page.locator(".fix").click();
    await page.getByTestId("input").locator(".cm-line", { hasText: '"duration":150.5}' }).waitFor();
  }));

test("the payload is taken along as TypeScript and as curl, and both hold it whole", () =>
  inspector(
    async (page) => {
      await inspect(page, booked);
      const take = async (name) => {
        await page.getByRole("button", { name: "Share and copy" }).click();
        await page.getByRole("button", { name }).click();
        await page.getByTestId("saying").getByText("Copied").waitFor();
        return page.evaluate(() => navigator.clipboard.readText());
      };
      const typed = await take("Copy as TypeScript");
      assert.match(typed, /^import type \{ PostCall \} from "postcall";\n\nexport const payload = \{/);
      assert.deepEqual(JSON.parse(typed.slice(typed.indexOf("{\n"), typed.lastIndexOf(" satisfies"))), JSON.parse(booked));
      const [line, body, end] = (await take("Copy as curl")).split("\n");
      assert.match(line, /^curl -sS 'http:\/\/127\.0\.0\.1:\d+\/webhook' .*<<'PAYLOAD'$/);
      assert.deepEqual(JSON.parse(body), JSON.parse(booked));
      assert.equal(end, "PAYLOAD");
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("a link holds a redacted summary: nothing that somebody said, is called or can be reached by", () =>
  inspector(
    async (page) => {
      await inspect(page, booked);
      const { summary } = await report(page);
      await page.getByRole("button", { name: "Share and copy" }).click();
      await page.getByRole("button", { name: "Copy a link" }).click();
      await page.getByTestId("saying").getByText("Copied").waitFor();
      const link = await page.evaluate(() => navigator.clipboard.readText());
      const packed = link.slice(link.lastIndexOf("/") + 1);
      const told = inflateRawSync(Buffer.from(packed, "base64url")).toString();
      const payload = JSON.parse(booked);
      const secrets = [
        payload.lead.name,
        payload.lead.phone_number,
        payload.call.call_id,
        payload.call.model_id,
        payload.call.external_id,
        payload.call.recording_url,
        "Maren",
        "Tuesday",
        ...summary.analysis.findings.map((finding) => finding.feedback),
        ...summary.answers.filter((answer) => answer.found).map((answer) => String(answer.value)),
      ];
      for (const secret of secrets) assert.ok(!told.includes(secret), secret);
      await page.goto(link);
      await page.getByText("Names, numbers, texts and answers were left out").waitFor();
      assert.equal(await page.getByTestId("headline").textContent(), summary.headline);
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("a link that holds anything else says so", async () => {
  const { page, quiet, close } = await open();
  const [base] = page.url().split("#");
  const big = deflateRawSync(Buffer.alloc(10_000_000, " ")).toString("base64url");
  for (const packed of ["", "%zz", "AAAA", deflateRawSync('{"headline":1}').toString("base64url"), big]) {
    await page.goto(`${base}#/summary/${packed}`);
    await page.getByRole("heading", { name: "This link holds no summary" }).waitFor();
    await page.goto(`${base}#/`);
    await page.getByRole("heading", { name: "What did that call come to?" }).waitFor();
  }
  quiet();
  await close();
});

test("somebody who writes before the editor has come goes on writing in it", async () => {
  let come;
  const coming = new Promise((resolve) => (come = resolve));
  const prepare = (page) => page.route(/\/assets\/editor-.*\.js$/, (route) => coming.then(() => route.continue()));
  const { page, quiet, close } = await open({ prepare, waitUntil: "load" });
  await page.locator("textarea").fill('{"call":}');
  await page.keyboard.press("ArrowLeft");
  come();
  await ready(page);
  await page.keyboard.type('{"call_id":"a"}');
  await page.locator('[data-testid=verdict][data-valid="true"]').waitFor();
  quiet();
  await close();
});

test("an editor that does not load leaves one that works", async () => {
  const prepare = (page) => page.route(/\/assets\/editor-.*\.js$/, (route) => route.abort());
  const { page, close } = await open({ prepare });
  await page.getByTestId("input").fill(faulty);
  await page.getByRole("button", { name: /invalid_type.*call_id/ }).click();
  const chosen = await page.getByTestId("input").evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.equal(chosen, "90210");
  await close();
});
