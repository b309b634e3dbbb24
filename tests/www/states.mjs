// Every state of every page, one after the other, as somebody would go through them.

import { readFileSync } from "node:fs";
import { inspect, pointAt, ready } from "./browser.mjs";
import { signIn } from "./pages.mjs";

const SAMPLES = new URL("../../www/src/inspector/samples/", import.meta.url);
const read = (name) => readFileSync(new URL(`${name}.json`, SAMPLES));
const [booked, voicemail, faulty, loose] = ["booked-visit", "voicemail", "faulty", "loose-types"].map(read);
const { call_id } = JSON.parse(booked).call;

const KINDS = [
  {},
  { status: "no-answer", end_call_reason: "undefined", transcript: "", duration: 31 },
  { status: "in-progress", end_call_reason: null, duration: null },
  { status: "failed", end_call_reason: "error", transcript: "", duration: 0 },
  { status: "completed", end_call_reason: "agent_goodbye", duration: 305 },
];
const PEOPLE = ["Maren Okafor", "Jürgen Muster", "山田 太郎", "שרה כהן"];

/** Calls of every kind, by people of several scripts, a few hours apart. */
function bodies(count) {
  return Array.from({ length: count }, (_, at) => {
    const payload = JSON.parse(at % 7 === 3 ? voicemail : booked);
    const fields = KINDS[at % KINDS.length];
    const start_time = new Date(Date.UTC(2026, 4, 27, 18) - at * 5 * 3_600_000).toISOString();
    payload.call = { ...payload.call, ...fields, call_id: `sample-${at}`, start_time };
    payload.status = payload.call.status;
    payload.lead.name = PEOPLE[at % PEOPLE.length];
    if (fields.transcript === "") Object.assign(payload, { analysis: {}, collected_variables: {} });
    payload.executed_actions = {};
    return JSON.stringify(payload);
  });
}

/** Delivers calls, a conflict, and two bodies that are none. */
export async function fill(deliver) {
  const other = JSON.parse(booked);
  other.call.duration = 150;
  for (const body of [booked, voicemail, loose, JSON.stringify(other), ...bodies(70)]) await deliver(body);
  for (const body of ['{"call":', faulty]) await deliver(body, 202);
}

/** Has a page that is open at the inspector read a batch that has no end soon; `seen` is told of it as it is read, and stopped. */
export async function throughReading(page, seen) {
  await ready(page);
  await page.evaluate((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(Array(Math.ceil(3e9 / text.length)).fill(new Blob([text])), "much.ndjson"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, `${bodies(60).join("\n")}\n`);
  await page.getByTestId("batch").waitFor();
  await seen("batch-reading");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("then you stopped it").waitFor();
  await seen("batch-stopped");
}

const giving = (answer) => (route) => route.fulfill(answer);

/** What may stand before the Worker: a name, the heading that says so, and what becomes of a request. */
export const REFUSALS = [
  ["forbidden", "You may not see this", giving({ status: 403, contentType: "text/html", body: "<!doctype html><p>Sign in</p>" })],
  ["limited", "Too many requests", giving({ status: 429, contentType: "text/plain", body: "error code: 1015" })],
  ["no-api", "This address has no API", giving({ status: 404, contentType: "text/plain", body: "not found\n" })],
  ["odd", "The Worker answered with something else", giving({ status: 500, contentType: "text/plain", body: "out of order" })],
  ["silent", "The Worker does not answer", (route) => route.abort()],
];

/** Has a page that is open at the calls, and signed in, meet each of them; `seen` is told of it. */
export async function throughRefusals(page, url, seen) {
  for (const [name, heading, meet] of REFUSALS) {
    await page.route("**/api/**", meet);
    await page.goto(`${url}/#/statistics`);
    await page.getByRole("heading", { name: heading }).waitFor();
    await seen(`trouble-${name}`);
    await page.unroute("**/api/**");
    await page.goto(`${url}/#/calls`);
    await page.getByTestId("calls").waitFor();
  }
}

/** Goes through the states of a page whose parts do not come, the core first; `seen` is told of each. */
export async function throughAbsence(page, url, seen) {
  await page.route(/\.wasm$|\/compare-[^/]+\.js$/, (route) => route.abort());
  await page.reload();
  await page.getByTestId("input").fill(booked.toString());
  await page.getByRole("heading", { name: "The core did not load" }).waitFor();
  await seen("core-missing");
  await page.goto(`${url}/#/compare`);
  await page.getByRole("heading", { name: "This page did not load" }).waitFor();
  await seen("page-missing");
}

/** Goes through the states of a page that is open at the inspector; `seen` is told the name of each. */
export async function throughStates(page, url, seen) {
  const go = (hash) => page.goto(`${url}/${hash}`);
  const button = (name) => page.getByRole("button", { name, exact: true });
  /** Goes to a page whose answer does not come before it was looked at. */
  const waiting = async (address, api, heading, name) => {
    let look;
    const looked = new Promise((resolve) => (look = resolve));
    await page.route(api, (route) => looked.then(() => route.continue()));
    await go(address);
    await page.getByRole("heading", { name: heading }).waitFor();
    await seen(name);
    look();
    await page.getByRole("heading", { name: heading }).waitFor({ state: "detached" });
    await page.unroute(api);
  };

  await ready(page);
  await seen("inspector-empty");
  await inspect(page, booked, "booked-visit.json");
  await seen("inspector-valid");
  await button("Share and copy").click();
  await page.getByRole("button", { name: "Copy a link" }).waitFor();
  await seen("inspector-share");
  await page.getByRole("button", { name: "Copy a link" }).click();
  await page.getByTestId("saying").getByText("Copied").waitFor();
  const shared = await page.evaluate(() => navigator.clipboard.readText());
  await inspect(page, faulty, "faulty.json");
  await page.locator(".issue-error button").first().click();
  await pointAt(page, page.locator(".cm-lintRange-error").first(), page.locator(".cm-tooltip"));
  await seen("inspector-invalid");
  await inspect(page, loose, "loose-types.json");
  await seen("inspector-loose");

  const lines = [...bodies(60).map(String), '{"call":{}}'].join("\n");
  await page.getByTestId("file").setInputFiles({ name: "calls.ndjson", mimeType: "", buffer: Buffer.from(lines) });
  await page.getByText("nothing of it was sent").waitFor();
  await seen("batch");
  await button("Close").click();

  await page.getByRole("link", { name: "Compare" }).click();
  await page.getByRole("heading", { name: "Compare two payloads" }).waitFor();
  await seen("compare-empty");
  await button("Try two samples").click();
  await page.getByTestId("merged").locator(".cm-editor").first().waitFor();
  await seen("compare");

  await page.goto(shared);
  await page.getByText("Names, numbers, texts and answers were left out").waitFor();
  await seen("shared");
  await go("#/summary/nothing");
  await page.getByRole("heading", { name: "This link holds no summary" }).waitFor();
  await seen("shared-broken");

  await page.getByRole("link", { name: "Calls" }).click();
  await signIn(page, "wrong");
  await page.getByText("did not accept that token").waitFor();
  await seen("token-refused");
  await signIn(page);
  await page.getByTestId("calls").waitFor();
  await seen("calls");
  await go("#/calls?outcome=failed&having=issues");
  await page.getByRole("heading", { name: "No call is like that" }).waitFor();
  await seen("calls-none");
  await waiting("#/calls?outcome=voicemail", "**/api/calls?*", "Loading the calls", "calls-loading");
  await waiting("#/calls/sample-1", "**/api/calls/*", "Loading the call", "call-loading");
  await waiting("#/statistics", "**/api/stats", "Counting the calls", "statistics-loading");
  await go("#/calls");
  await page.getByTestId("calls").waitFor();
  await page.setExtraHTTPHeaders({ "x-fault": "1+ fail" });
  await go("#/statistics");
  await page.getByRole("heading", { name: "cannot read its storage" }).waitFor();
  await seen("trouble");
  await page.setExtraHTTPHeaders({});
  await go(`#/calls/${call_id}`);
  await button("Listen").waitFor();
  await seen("call");
  await button("Erase").click();
  await page.getByRole("dialog").waitFor();
  await seen("call-erase");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await go("#/calls/nobody");
  await page.getByRole("heading", { name: "There is no such call" }).waitFor();
  await seen("call-missing");
  await go("#/statistics");
  await page.getByTestId("charts").waitFor();
  await seen("statistics");
  await go("#/conflicts");
  await page.getByTestId("conflicts").waitFor();
  await seen("conflicts");
  await go("#/quarantine");
  await page.getByTestId("quarantine").waitFor();
  await seen("quarantine");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Help" }).waitFor();
  await seen("help");
}
