// The calls and one call, read from a Worker that runs here with its storage.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { TOKEN as WEBHOOK } from "../edge/worker.mjs";
import { drawn, eventually, hash } from "./browser.mjs";
import { pages, signIn } from "./pages.mjs";

const CASES = new URL("../cases/", import.meta.url);
const sample = JSON.parse(readFileSync(new URL("../../www/src/inspector/samples/booked-visit.json", import.meta.url), "utf8"));

const { url, open, signedIn, deliver, api } = pages();

test("before the first call, the page says where to send it, and a test call arrives", () =>
  signedIn("#/calls", async (page) => {
    await page.getByRole("heading", { name: "Waiting for your first call" }).waitFor();
    assert.equal(await page.getByTestId("webhook").textContent(), `${url()}/webhook/{token}`);
    const send = page.getByRole("button", { name: "Send a test call" });
    assert.ok(await send.isDisabled());
    await page.getByTestId("webhook-token").fill("wrong");
    await send.click();
    await page.getByText("The Worker did not accept it").waitFor();
    await page.getByTestId("webhook-token").fill(WEBHOOK);
    await send.click();
    await eventually(async () => assert.equal(await page.locator(".row-link").count(), 1));
    const call_id = decodeURIComponent((await page.locator(".row-link").getAttribute("href")).slice("#/calls/".length));
    assert.match(call_id, /^test-/);
    const { issues } = await (await api(`/api/calls/${call_id}`)).json();
    assert.deepEqual(issues, []);
    assert.equal((await api(`/api/calls/${call_id}`, { method: "DELETE" })).status, 204);
  }));

/** The sample call under another id, with other fields. */
function call(call_id, fields) {
  const whole = { ...sample, call: { ...sample.call, call_id, ...fields }, executed_actions: {} };
  whole.status = whole.call.status;
  if (fields.transcript === "") Object.assign(whole, { analysis: {}, collected_variables: {} });
  return JSON.stringify(whole);
}

test("a call is shown as it was summarised", async () => {
  await deliver(readFileSync(new URL("documented-shape/payload.json", CASES)));
  const golden = JSON.parse(readFileSync(new URL("documented-shape/report.json", CASES), "utf8"));
  await signedIn("#/calls", async (page) => {
    const row = page.getByTestId("calls").locator("[data-index]").first();
    assert.match(await row.textContent(), /connected.*completed.*1m 53s/);
    assert.doesNotMatch(await row.textContent(), new RegExp(golden.summary.lead.name));
    const { actions, analysis } = golden.summary;
    const notes = [[actions.failed.length, "failed action"], [analysis.findings.length, "finding"], [golden.issues.length, "issue"]];
    const told = notes.filter(([count]) => count > 0).map(([count, noun]) => `${count} ${noun}${count === 1 ? "" : "s"}`);
    assert.ok(told.length > 0);
    assert.deepEqual(await row.locator(".note").allTextContents(), told);
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

test("a wrong token is refused, forgotten, and asked for again", async () => {
  const { page, quiet, close } = await open({ address: "#/calls" });
  await signIn(page, "wrong");
  await page.getByText("did not accept that token").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await signIn(page);
  await page.getByTestId("calls").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "MAIN");
  assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 1);
  await page.getByRole("button", { name: "Forget the token" }).click();
  await page.getByTestId("token").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "MAIN");
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  quiet();
  await close();
});

/** The addresses of all rows, by going down to the end. */
async function allRows(page) {
  const seen = new Set();
  const look = async () => {
    for (const href of await page.locator(".row-link").evaluateAll((rows) => rows.map((row) => row.getAttribute("href"))))
      seen.add(href);
  };
  const end = page.getByText("That is every call.");
  const until = Date.now() + 60_000;
  for (;;) {
    await look();
    const bottom = await page.evaluate(() => {
      scrollBy(0, innerHeight * 0.8);
      return scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    });
    await drawn(page);
    if (bottom && (await end.isVisible())) break;
    assert.ok(Date.now() < until, `the end of the list never came; ${seen.size} rows were seen`);
  }
  await look();
  return [...seen];
}

test("more calls than fit one page come as one goes down, each once and in order, and only those in sight are drawn", async () => {
  const bodies = Array.from({ length: 120 }, (_, at) => {
    const start_time = new Date(Date.UTC(2026, 3, 1, 8, at)).toISOString();
    return call(`paged-${at}`, { start_time });
  });
  for (const body of bodies) await deliver(body);
  await signedIn("#/calls", async (page) => {
    await page.getByTestId("calls").waitFor();
    const links = await allRows(page);
    const paged = links.filter((link) => link.startsWith("#/calls/paged-"));
    assert.deepEqual(paged, Array.from({ length: 120 }, (_, at) => `#/calls/paged-${119 - at}`));
    assert.ok((await page.locator(".row-link").count()) < 60);
    assert.equal(await page.getByRole("table", { name: "Calls" }).getAttribute("aria-rowcount"), String(links.length + 1));
  });
});

test("the keyboard goes along the list, into a call, and back to where it was", () =>
  signedIn("#/calls", async (page) => {
    await page.getByTestId("calls").waitFor();
    await page.evaluate(() => document.activeElement.blur());
    const reached = (index) =>
      page.waitForFunction((wanted) => document.activeElement.closest("[data-index]")?.dataset.index === wanted, String(index));
    for (let index = 0; index < 40; index += 1) {
      await page.keyboard.press("ArrowDown");
      await reached(index);
    }
    await page.keyboard.press("ArrowUp");
    await reached(38);
    const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
    await drawn(page);
    const scrolled = await page.evaluate(() => scrollY);
    assert.ok(scrolled > 0);
    await page.keyboard.press("Enter");
    await page.getByTestId("headline").waitFor();
    assert.equal(await hash(page), href);
    await page.keyboard.press("Escape");
    await page.locator(`.row-link[href="${href}"]`).waitFor();
    await page.waitForFunction((before) => Math.abs(scrollY - before) < 5, scrolled);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "q");
  }));

test("filters narrow the list, stand in the address, and are there again when it is opened", async () => {
  await deliver(call("filtered-1", { status: "failed", end_call_reason: "error", transcript: "", start_time: "2024-02-03T12:00:00Z" }));
  await deliver(call("filtered-2", { new_field: 1, status: "busy", end_call_reason: "undefined", transcript: "", start_time: "2024-02-03T13:00:00Z" }));
  await deliver(call("filtered-3", { start_time: "2024-02-04T12:00:00Z" }));
  const praised = JSON.parse(call("filtered-4", { start_time: "2024-02-04T13:00:00Z" }));
  await deliver(JSON.stringify({ ...praised, analysis: { goal: "true" } }));
  const found = (page, count) =>
    page.waitForFunction((wanted) => document.querySelectorAll(".row-link").length === wanted, count);
  const links = (page) => page.locator(".row-link").evaluateAll((rows) => rows.map((row) => row.getAttribute("href")));
  await signedIn("#/calls", async (page) => {
    await page.getByTestId("calls").waitFor();
    await page.getByLabel("From").fill("2024-02-03");
    await page.getByLabel("To", { exact: true }).fill("2024-02-04");
    await found(page, 4);
    await page.getByLabel("Outcome").selectOption("failed");
    await found(page, 1);
    assert.equal(await hash(page), "#/calls?outcome=failed&from=2024-02-03&to=2024-02-04");
    await page.getByLabel("Outcome").selectOption("");
    await page.getByLabel("Status").selectOption("busy");
    await found(page, 1);
    assert.deepEqual(await links(page), ["#/calls/filtered-2"]);
    await page.getByLabel("Status").selectOption("");
    await page.getByLabel("Verdict").selectOption("found wanting");
    await found(page, 1);
    assert.deepEqual(await links(page), ["#/calls/filtered-3"]);
    await page.getByLabel("Verdict").selectOption("nothing wanting");
    await found(page, 1);
    assert.deepEqual(await links(page), ["#/calls/filtered-4"]);
    await page.getByLabel("Verdict").selectOption("not judged");
    await found(page, 2);
    assert.equal(await hash(page), "#/calls?verdict=not_judged&from=2024-02-03&to=2024-02-04");
    await page.getByRole("button", { name: "issues" }).click();
    await found(page, 1);
    assert.deepEqual(await links(page), ["#/calls/filtered-2"]);
    await page.reload();
    await found(page, 1);
    assert.equal(await page.getByLabel("Verdict").inputValue(), "not_judged");
    assert.equal(await page.getByRole("button", { name: "issues" }).getAttribute("aria-pressed"), "true");
    // More than the box takes.
    await page.evaluate((q) => (location.hash += `&q=${encodeURIComponent(q)}`), "ü".repeat(201));
    await page.getByRole("heading", { name: "The Worker cannot use these filters" }).waitFor();
    await page.getByTestId("q").fill("");
    await found(page, 1);
    await page.getByTestId("q").fill("nothing has this");
    await page.getByRole("heading", { name: "No call is like that" }).waitFor();
    await page.getByRole("button", { name: "Show all calls" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".row-link").length > 3);
    assert.equal(await hash(page), "#/calls");
    await eventually(async () => assert.equal(await page.getByTestId("q").inputValue(), ""));
  });
});

test("whoever leaves a call comes back to the list as it was, filters and place included", async () => {
  for (let at = 0; at < 30; at += 1) await deliver(call(`left-${at}`, { start_time: new Date(Date.UTC(2024, 5, 1, 8, at)).toISOString() }));
  const address = "#/calls?q=min&outcome=connected&from=2024-06-01&to=2024-06-02";
  const ways = [
    (page) => page.keyboard.press("Escape"),
    (page) => page.locator(".crumbs").getByRole("link", { name: "Calls" }).click(),
    async (page) => {
      await page.getByRole("button", { name: "Erase", exact: true }).click();
      await page.getByRole("button", { name: "Erase it" }).click();
    },
  ];
  await signedIn(address, async (page) => {
    await page.getByTestId("calls").waitFor();
    for (const leave of ways) {
      await page.evaluate(() => scrollTo(0, 700));
      await drawn(page);
      const scrolled = await page.evaluate(() => scrollY);
      assert.ok(scrolled > 0);
      // Whatever row is there: to look for one would scroll to it.
      await page.mouse.click(600, 400);
      await page.getByTestId("headline").waitFor();
      await leave(page);
      await page.getByTestId("calls").waitFor();
      assert.equal(await hash(page), address);
      await page.waitForFunction((before) => Math.abs(scrollY - before) < 5, scrolled);
    }
  });
});

test("new calls wait while the reader is in the middle of the list, and come when asked for", async () => {
  const { page, quiet, close } = await open({ address: "#/calls", prepare: (page) => page.clock.install() });
  await signIn(page);
  await page.getByTestId("calls").waitFor();
  await page.evaluate(() => scrollTo(0, 600));
  const first = () => page.locator(".row-link").first().getAttribute("href");
  const rows = await page.getByTestId("calls").getAttribute("aria-rowcount");
  await deliver(call("just-now", { start_time: new Date().toISOString() }));
  await page.clock.runFor(121_000);
  const held = page.getByRole("button", { name: "1 new call" });
  await held.waitFor();
  assert.equal(await page.getByTestId("calls").getAttribute("aria-rowcount"), rows);
  await held.click();
  await page.locator('.row-link[href="#/calls/just-now"]').waitFor();
  await eventually(async () => assert.equal(await first(), "#/calls/just-now"));
  await deliver(call("a-moment-later", { start_time: new Date().toISOString() }));
  await page.evaluate(() => scrollTo(0, 0));
  await page.clock.runFor(121_000);
  await page.locator('.row-link[href="#/calls/a-moment-later"]').waitFor();
  quiet();
  await close();
});

test("a call can be saved as it was received, looked at in the inspector, and erased after a question", async () => {
  const body = `${call("to-be-erased", {}).slice(0, -1)}, "big": 9007199254740993 }`;
  await deliver(body);
  await signedIn("#/calls/to-be-erased", async (page) => {
    await page.getByTestId("headline").waitFor();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const saved = await saving;
    assert.equal(saved.suggestedFilename(), "call-to-be-erased.json");
    assert.equal(readFileSync(await saved.path(), "utf8"), body);
    await page.getByRole("button", { name: "Inspect" }).click();
    await page.getByTestId("verdict").waitFor();
    await page.locator(".cm-line", { hasText: "9007199254740993" }).waitFor();
    await page.goBack();
    await page.getByTestId("headline").waitFor();
    const erase = page.getByRole("button", { name: "Erase", exact: true });
    await erase.click();
    await page.getByRole("button", { name: "Keep it" }).click();
    assert.equal((await api("/api/calls/to-be-erased")).status, 200);
    await erase.click();
    await page.getByRole("dialog", { name: "Erase this call?" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal((await api("/api/calls/to-be-erased")).status, 200);
    await erase.click();
    await page.getByRole("button", { name: "Erase it" }).click();
    await page.getByTestId("saying").getByText("The call was erased").waitFor();
    await page.getByTestId("calls").waitFor();
    assert.equal((await api("/api/calls/to-be-erased")).status, 404);
    assert.equal(await page.locator('.row-link[href="#/calls/to-be-erased"]').count(), 0);
  });
});

test("a recording is fetched only when somebody asks to hear it", async () => {
  await deliver(call("recorded", {}));
  const { page, close } = await open({ address: "#/calls/recorded" });
  const asked = [];
  await page.route("https://recordings.example.com/**", (route) => (asked.push(route.request().url()), route.abort()));
  await signIn(page);
  const listen = page.getByRole("button", { name: "Listen" });
  await listen.waitFor();
  assert.deepEqual(asked, []);
  await listen.click();
  await page.getByText("The recording did not play").waitFor();
  assert.equal(new Set(asked).size, 1);
  await close();
});

/** A tenth of a second of silence, as a WAV file. */
function silence() {
  const wav = Buffer.alloc(44 + 800);
  wav.write("RIFF");
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  for (const [value, at] of [[1, 20], [1, 22], [1, 32], [8, 34]]) wav.writeUInt16LE(value, at);
  for (const rate of [24, 28]) wav.writeUInt32LE(8_000, rate);
  wav.write("data", 36);
  wav.writeUInt32LE(800, 40);
  return wav.fill(128, 44);
}

test("a recording plays in the page, from where the payload says that it lies", async () => {
  await deliver(call("heard", { recording_url: "https://recordings.example.com/heard.wav" }));
  const { page, close } = await open({ address: "#/calls/heard" });
  await page.route("https://recordings.example.com/**", (route) =>
    route.fulfill({ status: 200, contentType: "audio/wav", body: silence() }),
  );
  await signIn(page);
  await page.getByRole("button", { name: "Listen" }).click();
  const player = page.getByTestId("player");
  await player.waitFor();
  await page.waitForFunction(() => document.querySelector("[data-testid=player]").duration === 0.1);
  assert.equal(await player.getAttribute("src"), "https://recordings.example.com/heard.wav");
  assert.equal(await page.getByText("The recording did not play").count(), 0);
  await close();
});

test("the pages come with their policy", async () => {
  const policy = (await fetch(url())).headers.get("content-security-policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /require-trusted-types-for 'script'/);
});
