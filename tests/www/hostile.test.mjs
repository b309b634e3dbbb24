// A payload's text is dictated by strangers. Whatever it says, the page shows it as text and does nothing else.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { inspect } from "./browser.mjs";
import { pages } from "./pages.mjs";

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
  "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
  "</bdi></p><style>*{display:none}</style>",
  "\"><button autofocus onfocus=alert(1)>",
  "javascript:alert(1)",
  "{{constructor.constructor('alert(1)')()}}",
  "${alert(1)} `alert(1)`",
  "<!--<script>",
  "</script><script>alert(1)</script>",
  "--></textarea></title></style></template><img src=x onerror=alert(1)>",
  "<form action=//example.com><input name=x><button formaction=javascript:alert(1)>",
  "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  "&lt;b&gt; &amp;amp; &#106;",
  "__proto__",
  "a\u202eb\u2066c\u2069d\u2069\u202e e",
  "\u0000\u0001\u001b[31m\u007f\r end",
  "line\u2028separator\u2029paragraph",
  "شكرا جزيلا 123 (abc)",
  "谢谢，再见。",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467} e\u0301",
  `Z${"\u0335\u0336".repeat(500)}`,
  "w".repeat(3000),
];

/** As the page shows it: control characters as their symbols. */
const shown = (text) =>
  text.replaceAll(/[\0-\x08\x0b-\x1f\x7f]/g, (c) => String.fromCharCode(c === "\x7f" ? 0x2421 : 0x2400 + c.charCodeAt(0)));

/** A valid payload that says `text` wherever a stranger could. */
function payloadOf(text) {
  const payload = JSON.parse(readFileSync(new URL("../../www/src/inspector/samples/booked-visit.json", import.meta.url), "utf8"));
  payload.lead = { name: text, phone_number: text, prompt_variables: {} };
  Object.assign(payload.call, {
    end_call_reason: text,
    custom_end_call_reason: text,
    model_id: text,
    timezone: text,
    external_id: text,
    recording_url: text,
    transcript: `bot: ${text}\nhuman: ${text}`,
  });
  payload.analysis.goal = "false";
  payload.analysis.goal_feedback = text;
  payload.analysis.call_summary_feedback = text;
  const [first] = Object.values(payload.executed_actions);
  first.name = text;
  first.description = text;
  first.error_message = text;
  first.parameters_hard_coded.condition = text;
  first.return_value = Object.fromEntries([[text, text]]);
  // Written by hand, so that a key `__proto__` is a key.
  const collected = `{${JSON.stringify(text)}:{"value":${JSON.stringify(text)},"collected":true}}`;
  return JSON.stringify({ ...payload, collected_variables: 0 }).replace('"collected_variables":0', `"collected_variables":${collected}`);
}

/** What text that acts would leave behind in a page. */
function traces(page) {
  return page.evaluate(() => ({
    foreign: document.querySelectorAll("main :is(script, style, iframe, object, embed, base, link, meta)").length,
    images: [...document.images].map((image) => image.getAttribute("src")),
    links: [...document.links].map((link) => link.getAttribute("href")).filter((to) => !/^(#|https:)/.test(to)),
    handlers: [...document.querySelectorAll("#app *")].filter((element) =>
      element.getAttributeNames().some((attribute) => attribute.startsWith("on")),
    ).length,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
}

const NONE = { foreign: 0, images: ["/icon.svg"], links: [], handlers: 0, wide: 0 };

const { open, signedIn, deliver, url } = pages();

test("hostile text is shown as it is and does nothing", async () => {
  const { page, requests, quiet, close } = await open({ viewport: { width: 1280, height: 900 } });
  const loaded = requests.length;
  for (const text of HOSTILE) {
    await inspect(page, payloadOf(text), `${text.slice(0, 40)}.json`);
    const name = JSON.stringify(text.slice(0, 60));
    assert.equal(await page.getByTestId("verdict").getAttribute("data-valid"), "true", name);
    const show = page.getByRole("button", { name: "Show name and number" });
    if (await show.isVisible()) await show.click();
    // A line ends at LF only, and what stands behind the last word of it is white space.
    const trimmed = shown(text.replace(/\s+$/u, ""));
    for (const place of [".bubble", ".fact .text", ".finding .feedback", ".overview", ".answers td", ".rows dd"])
      assert.ok((await page.locator(place).allTextContents()).some((found) => found.trimEnd() === trimmed), `${name} in ${place}`);
    assert.deepEqual(await traces(page), NONE, name);
  }
  const isolation = await page
    .locator(".bubble .text")
    .first()
    .evaluate((text) => [getComputedStyle(text).display, getComputedStyle(text).unicodeBidi]);
  assert.deepEqual(isolation, ["inline-block", "isolate"]);
  assert.deepEqual(requests.slice(loaded), []);
  quiet();
  await close();
});

test("a recording is a link only where it is https and holds no credentials", async () => {
  const { page, quiet, close } = await open();
  const links = {
    "https://recordings.example.com/a.wav?x=1#y": "https://recordings.example.com/a.wav?x=1#y",
    "HTTPS://recordings.example.com/a": "https://recordings.example.com/a",
    "https://user:secret@example.com/a": null,
    "https://user@example.com/a": null,
    "http://example.com/a": null,
    "//example.com/a": null,
    "javascript:alert(1)//https://example.com": null,
    " https://example.com/a": null,
    "data:text/html,<script>alert(1)</script>": null,
    "file:///etc/passwd": null,
    "https://": null,
    "[REDACTED]": null,
  };
  for (const [recording, wanted] of Object.entries(links)) {
    const payload = { status: "completed", call: { status: "completed", call_id: "a", recording_url: recording } };
    await inspect(page, JSON.stringify(payload));
    const row = page.locator(".rows > div", { hasText: "Recording" }).locator("dd");
    if (wanted === null) {
      assert.equal(await row.locator("a").count(), 0, recording);
      assert.equal(await row.textContent(), recording);
    } else {
      const link = row.locator("a");
      assert.equal(await link.getAttribute("href"), wanted);
      assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
      assert.equal(await link.getAttribute("target"), "_blank");
    }
  }
  quiet();
  await close();
});

const naughty = createRequire(import.meta.url)("big-list-of-naughty-strings");
/** Fewer than a list shows before it is asked for more. */
const AT_ONCE = 48;

/** Valid payloads that say all of the texts, each in a line of the transcript and in an answer. */
function naughtyPayloads() {
  const base = JSON.parse(payloadOf("plain"));
  return Array.from({ length: Math.ceil(naughty.length / AT_ONCE) }, (_, chunk) => {
    const texts = naughty.slice(chunk * AT_ONCE, (chunk + 1) * AT_ONCE);
    const actions = texts.map((text, at) => [
      `extract_info_${at}`,
      { name: `extract_info_${at}`, action_type: "extract_info_action_type", parameters_hard_coded: { condition: text }, return_value: { [`answer ${at}`]: text } },
    ]);
    const call = { ...base.call, call_id: `naughty-${chunk}`, transcript: texts.map((text) => `human: ${text}`).join("\n") };
    const lead = { name: texts.join(" ").slice(0, 400), phone_number: texts[0], prompt_variables: {} };
    return { texts, body: JSON.stringify({ ...base, lead, call, executed_actions: Object.fromEntries(actions) }) };
  });
}

/** That a call's page shows every text as it was sent. */
async function showsAll(page, texts) {
  const said = await page.locator(".bubble").allTextContents();
  assert.deepEqual(said, texts.map((text) => shown(text.replace(/\s+$/u, ""))));
  const answered = await page.getByTestId("answers").locator("tbody td").allTextContents();
  assert.deepEqual(answered, texts.map((text) => (/^\p{White_Space}*$/u.test(text) ? "not found" : shown(text))));
  assert.deepEqual(await traces(page), NONE);
}

test(`${naughty.length} strings of a public list are shown as they are in the inspector`, async () => {
  assert.ok(naughty.length > 200);
  const { page, quiet, close } = await open({ viewport: { width: 1280, height: 900 } });
  for (const { texts, body } of naughtyPayloads()) {
    await inspect(page, body);
    await showsAll(page, texts);
  }
  quiet();
  await close();
});

test("and in the dashboard and in a batch", async () => {
  const payloads = naughtyPayloads();
  for (const { body } of payloads) await deliver(body);
  await signedIn("#/calls", async (page) => {
    await page.getByRole("button", { name: "Show names" }).click();
    await page.waitForFunction((count) => document.querySelectorAll(".row-link").length === count, payloads.length);
    assert.deepEqual(await traces(page), NONE);
    for (const [chunk, { texts }] of payloads.entries()) {
      await page.goto(`${url()}/#/calls/naughty-${chunk}`);
      await page.getByText(`naughty-${chunk}`, { exact: true }).waitFor();
      await showsAll(page, texts);
    }
    await page.goto(`${url()}/#/`);
    const buffer = Buffer.from(payloads.map(({ body }) => body).join("\n"));
    await page.getByTestId("file").setInputFiles({ name: "naughty.ndjson", mimeType: "", buffer });
    await page.getByText("nothing of it was sent").waitFor();
    const shownNames = page.getByTestId("batch").locator(".row-notes .text");
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await shownNames.nth(payloads.length - 1).waitFor();
    const names = await shownNames.allTextContents();
    assert.deepEqual(names, payloads.map(({ body }) => shown(JSON.parse(body).lead.name)));
    assert.deepEqual(await traces(page), NONE);
  });
});
