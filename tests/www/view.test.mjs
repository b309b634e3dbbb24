// What one call is drawn as: when its actions ran, what the judge said of each criterion, who spoke how much; and two
// calls beside each other.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { drawn, eventually, inspect, report } from "./browser.mjs";
import { pages } from "./pages.mjs";

const booked = JSON.parse(readFileSync(new URL("../../www/src/inspector/samples/booked-visit.json", import.meta.url), "utf8"));

const { open } = pages();

async function inspector(work, options) {
  const opened = await open(options);
  await work(opened.page);
  opened.quiet();
  await opened.close();
}

test("actions stand on a time line, in the order of time and by their part of the call, those that failed marked", () =>
  inspector(async (page) => {
    const early = { ...booked.executed_actions["send reminder"], name: "look up", run_action_before_call_start: true };
    const timeless = { ...early, name: "no time", run_action_before_call_start: false, timestamp: null, timestamp_datetime: null };
    const executed_actions = { ...booked.executed_actions, "look up": early, "no time": timeless };
    await inspect(page, JSON.stringify({ ...booked, executed_actions }));
    const phases = await page.getByTestId("timeline").locator("section").evaluateAll((all) =>
      all.map((phase) => [
        phase.querySelector("h3").textContent,
        ...[...phase.querySelectorAll("li")].map((row) => [".ran-when", ".ran-name", ".verdict-word"].map((part) => row.querySelector(part)?.textContent ?? "").join(" ").trim()),
      ]),
    );
    assert.deepEqual(phases, [
      ["Before the call", "– look up"],
      ["During the call", "+1m 51s send reminder", "+2m 6s transfer to front desk failed"],
      ["After the call", "+2m 30s extract_info_visit day", "+2m 30s extract_info_insurance changed", "+2m 30s extract_info_preferred time", "+2m 31s extract_info_reason for calling back"],
      ["At an unknown time", "– no time"],
    ]);
  }));

test("the judge's scorecard has every criterion once: what was wanting with its feedback, then the met and those that did not apply", () =>
  inspector(async (page) => {
    await inspect(page, JSON.stringify(booked));
    const { knowledge_feedback, call_completion_feedback, call_summary_feedback } = booked.analysis;
    assert.deepEqual(await page.getByTestId("findings").locator("> li").allTextContents(), [
      `knowledgepartial${knowledge_feedback}`,
      `call completionpartial${call_completion_feedback}`,
    ]);
    assert.equal(await page.locator(".overview").textContent(), call_summary_feedback);
    assert.deepEqual(await page.locator(".panel-judge .counts > div").allTextContents(), ["passed10", "partial2", "failed0", "not applicable3"]);
    const words = { true: "met", not_applicable: "not applicable" };
    const rest = Object.entries(booked.analysis)
      .filter(([name, verdict]) => `${name}_feedback` in booked.analysis && name !== "call_summary" && verdict in words)
      .map(([name, verdict]) => `${name.replaceAll("_", " ")}${words[verdict]}`);
    assert.deepEqual(new Set(await page.getByTestId("scorecard").locator("li").allTextContents()), new Set(rest));
  }));

test("who spoke how much is told in words, and drawn as much", () =>
  inspector(async (page) => {
    await inspect(page, JSON.stringify(booked));
    const { bot, human } = (await report(page)).summary.talk;
    const told = (name, { share, lines, words }) => `${name} ${Math.round(share * 100)}% ${lines} lines, ${words} words`;
    assert.deepEqual(await page.locator(".share-words > div").allTextContents(), [told("bot", bot), told("human", human)]);
    const [left, right] = await page.locator(".shares .share").evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().width));
    assert.ok(Math.abs(left / (left + right) - bot.share) < 0.02, `${left} beside ${right}`);
  }));

test("two payloads are pasted or opened beside each other, compared, and swapped", () =>
  inspector(
    async (page) => {
      const other = structuredClone(booked);
      Object.assign(other.call, { duration: 20, end_call_reason: "agent_goodbye" });
      const pretty = (payload) => JSON.stringify(payload, null, 2);
      await page.getByRole("heading", { name: "Compare two payloads" }).waitFor();
      await page.getByTestId("left").fill(pretty(booked));
      await page.keyboard.press("Tab");
      await page.getByLabel("After", { exact: true }).locator("input[type=file]").setInputFiles({ name: "after.json", mimeType: "application/json", buffer: Buffer.from(pretty(other)) });
      const differs = page.getByTestId("compared").locator("tr.differs");
      await eventually(async () =>
        assert.deepEqual(await differs.allTextContents(), ["End reason differshuman_goodbyeagent_goodbye", "Duration differs2m 28s20s"]),
      );
      const changed = page.getByTestId("merged").locator(".cm-changedLine");
      await eventually(async () =>
        assert.deepEqual((await changed.allTextContents()).map((line) => line.trim()), [
          '"end_call_reason": "human_goodbye",',
          '"duration": 148,',
          '"end_call_reason": "agent_goodbye",',
          '"duration": 20,',
        ]),
      );
      await page.getByRole("button", { name: "Swap" }).click();
      await eventually(async () =>
        assert.deepEqual(await differs.allTextContents(), ["End reason differsagent_goodbyehuman_goodbye", "Duration differs20s2m 28s"]),
      );
      await page.getByRole("button", { name: "Clear" }).click();
      await page.getByTestId("right").waitFor();
      assert.equal(await page.getByTestId("left").inputValue(), "");
    },
    { address: "#/compare" },
  ));

test("what moves stays still for those who ask for less motion, the editor included", async () => {
  const moving = (page) =>
    page.evaluate(() => {
      const all = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
      const lasts = (times) => !/^0s(, 0s)*$/.test(times);
      const moves = ({ transitionDuration, animationName, animationDuration, scrollBehavior }) =>
        lasts(transitionDuration) || (animationName !== "none" && lasts(animationDuration)) || scrollBehavior === "smooth";
      return all(document).filter((one) => moves(getComputedStyle(one))).map((one) => `${one.tagName}.${one.className}`);
    });
  for (const [reducedMotion, still] of [["no-preference", false], ["reduce", true]])
    await inspector(
      async (page) => {
        await inspect(page, JSON.stringify(booked));
        await page.getByTestId("input").focus();
        await drawn(page);
        const found = await moving(page);
        if (still) assert.deepEqual(found, []);
        else assert.ok(found.some((one) => one.startsWith("BUTTON")), found.join(", "));
      },
      { reducedMotion },
    );
});
