// What the Worker keeps beside its calls: conflicts, quarantine, and what it counts.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { eventually, hash } from "./browser.mjs";
import { pages } from "./pages.mjs";

const sample = JSON.parse(readFileSync(new URL("../../www/src/inspector/samples/booked-visit.json", import.meta.url), "utf8"));

const { signedIn, deliver, api, kv } = pages();

const listed = async (room) => (await (await api(`/api/${room}`)).json())[room];

test("rooms without anything in them say so", async () => {
  await signedIn("#/conflicts", (page) => page.getByRole("heading", { name: "No conflicts" }).waitFor());
  await signedIn("#/quarantine", (page) => page.getByRole("heading", { name: "Quarantine is empty" }).waitFor());
  await signedIn("#/statistics", (page) => page.getByRole("heading", { name: "No calls in this time" }).waitFor());
});

test("a conflict is compared with the call that is kept, and erased without it", async () => {
  const other = { ...sample, call: { ...sample.call, duration: 149 } };
  await deliver(JSON.stringify(sample, null, 2));
  await deliver(JSON.stringify(other, null, 2));
  await signedIn(`#/calls/${sample.call.call_id}`, async (page) => {
    await page.getByText("1 other version of this call").waitFor();
    await page.getByRole("link", { name: "See the conflicts" }).click();
    await page.getByTestId("conflicts").waitFor();
    assert.equal(await page.getByTestId("conflicts").locator("> li").count(), 1);
    await page.getByRole("button", { name: "Compare with the call that is kept" }).click();
    const changed = page.getByTestId("merged").locator(".cm-changedLine");
    await eventually(async () => assert.deepEqual(await changed.allTextContents(), ['    "duration": 148,', '    "duration": 149,']));
    const rows = page.getByTestId("compared").locator("tr.differs");
    assert.match(await rows.allTextContents().then((texts) => texts.join()), /Duration differs2m 28s2m 29s/);
    await page.goBack();
    await page.getByRole("button", { name: "Erase", exact: true }).click();
    await page.getByRole("button", { name: "Erase it" }).click();
    await page.getByRole("heading", { name: "No conflicts" }).waitFor();
    assert.deepEqual(await listed("conflicts"), []);
  });
});

test("a quarantined body shows its errors, stays when it is tried again, can be looked at and erased", async () => {
  await deliver('{"call":{"call_id":7}}', 202);
  await signedIn("#/quarantine", async (page) => {
    const room = page.getByTestId("quarantine");
    await room.waitFor();
    assert.match(await room.textContent(), /22 B, sent with the webhook's token.*invalid_type.*\/call\/call_id/);
    await page.getByRole("button", { name: "Try once more" }).click();
    await page.getByText(/^It stays: there is still 1 error in it/).waitFor();
    await page.getByRole("button", { name: "Inspect" }).click();
    await page.locator('[data-testid=verdict][data-valid="false"]').waitFor();
    await page.goBack();
    await room.waitFor();
    await page.getByRole("button", { name: "Erase", exact: true }).click();
    await page.getByRole("button", { name: "Erase it" }).click();
    await page.getByRole("heading", { name: "Quarantine is empty" }).waitFor();
    assert.deepEqual(await listed("quarantine"), []);
  });
});

test("a quarantined body that has become readable is delivered when it is tried again", async () => {
  const body = JSON.stringify({ ...sample, call: { ...sample.call, call_id: "put-right" } });
  // As if an earlier version of the Worker had not understood it.
  const metadata = { v: 1, received_at: "2026-02-03T04:05:06.789Z", size: body.length, check: "token", issues: [] };
  await (await kv()).put(`quarantine/${createHash("sha256").update(body).digest("hex")}`, body, { metadata });
  await signedIn("#/quarantine", async (page) => {
    await page.getByRole("button", { name: "Try once more" }).click();
    await page.getByText("It was delivered: created.").waitFor();
    await page.getByRole("heading", { name: "Quarantine is empty" }).waitFor();
  });
  assert.deepEqual(await listed("quarantine"), []);
  assert.equal(await (await api("/api/calls/put-right/raw")).text(), body);
  assert.equal((await api("/api/calls/put-right", { method: "DELETE" })).status, 204);
});

test("statistics count what is stored, in drawings that have every number in a table, too", async () => {
  for (const [call_id, start_time] of [["a", "2026-03-01T10:00:00Z"], ["b", "2026-03-03T10:00:00Z"], ["c", "2026-03-03T11:00:00Z"]])
    await deliver(JSON.stringify({ ...sample, call: { ...sample.call, call_id, start_time }, executed_actions: {} }));
  await signedIn("#/statistics?from=2026-03-01&to=2026-03-31", async (page) => {
    await page.getByTestId("charts").waitFor();
    const outcome = page.getByRole("table", { name: "Outcome" }).locator("tbody tr");
    await eventually(async () => assert.deepEqual(await outcome.allTextContents(), ["connected3100%"]));
    const link = outcome.getByRole("link", { name: "connected" });
    assert.equal(await link.getAttribute("href"), "#/calls?outcome=connected&from=2026-03-01&to=2026-03-31");
    const days = page.locator(".panel-days");
    assert.match(await days.getByRole("img").getAttribute("aria-label"), /^Calls by day: 3 in all, most at .*3 March 2026 with 2/);
    await days.getByText("As a table").click();
    const counts = days.locator(".twin tbody td");
    await eventually(async () => assert.deepEqual(await counts.allTextContents(), ["1", "0", "2"]));
    await page.getByRole("button", { name: "All", exact: true }).click();
    await page.getByText("4 calls").waitFor();
    assert.equal(await hash(page), "#/statistics");
  });
});

test("a batch counts its calls as the Worker counts those that it keeps", async () => {
  const judged = [
    { style: "true", goal: "partial", persona: true },
    { style: " TRUE ", goal: false, persona: null, opted_in: "Not Applicable" },
    { style: "Partial", goal: "true", persona: "not-applicable" },
    { style: "no word of the judge's", goal: "false" },
    {},
  ];
  const bodies = judged.map((analysis, at) => {
    const call = { ...sample.call, call_id: `both-${at}`, start_time: `2025-07-0${at + 1}T10:00:00Z` };
    return JSON.stringify({ ...sample, call, analysis, executed_actions: {} });
  });
  for (const body of bodies) await deliver(body);
  await signedIn("#/statistics?from=2025-07-01&to=2025-07-31", async (page) => {
    const charts = page.getByTestId("charts");
    const counted = async () => {
      await charts.waitFor();
      return (await charts.locator("table").allTextContents()).concat(await charts.locator("svg").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label"))));
    };
    const kept = await counted();
    assert.ok(kept.some((text) => /^Verdicts.*goal25%12/.test(text)), kept.join("\n"));
    await page.getByRole("link", { name: "postcall" }).click();
    await page.getByTestId("file").setInputFiles({ name: "both.ndjson", mimeType: "", buffer: Buffer.from(bodies.join("\n")) });
    await page.getByText("nothing of it was sent").waitFor();
    assert.deepEqual(await counted(), kept);
  });
});
