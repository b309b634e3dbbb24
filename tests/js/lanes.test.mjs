// The vectors of WebAssembly against plain JavaScript: every byte in every lane. The native tests hold the same functions
// against SSE2, words of 64 bits and single bytes; only here do they run as `simd128`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { imported, install } from "./installed.mjs";

const { parse, summarize, validate } = await imported(install().folder);
const encoder = new TextEncoder();

const BEFORE = '{"call":{"call_id":"';
/** Longer than two vectors, so that each byte meets both a whole one and what is left at the end. */
const LENGTH = 40;

/** The first error that plain rules find in a payload whose id holds a byte at a place. */
function expected(byte, lane) {
  const at = BEFORE.length + lane;
  if (byte < 0x20) return `invalid_json@${at}`;
  // What stands behind the quote or the backslash cannot be there, but for the quote that ends the string.
  if (byte === 0x22) return `invalid_json@${at + 1}`;
  if (byte === 0x5c) return `invalid_json@${lane < LENGTH ? at + 1 : at + 4}`;
  return byte < 0x80 ? undefined : `invalid_utf8@${at}`;
}

test("a string ends, breaks off or goes on at every byte in every lane", () => {
  for (let lane = 0; lane <= LENGTH; lane++) {
    const text = `${BEFORE}${"x".repeat(lane)}?${"x".repeat(LENGTH - lane)}"}}`;
    const bytes = encoder.encode(text);
    for (let byte = 0; byte < 256; byte++) {
      bytes[BEFORE.length + lane] = byte;
      const error = validate(bytes).issues.find(({ severity }) => severity === "error");
      const found = error && `${error.code}@${error.location.offset}`;
      assert.equal(found, expected(byte, lane), `byte ${byte} at ${lane}`);
      if (!error) assert.deepEqual(parse(bytes).call, JSON.parse(new TextDecoder().decode(bytes)).call);
    }
  }
});

test("white space is skipped to the byte, however much of it there is", () => {
  for (let length = 0; length <= 70; length++) {
    for (const space of [" ", "\n", "\t", "\r"]) {
      const { issues } = validate(`{"call":${space.repeat(length)}{"call_id":"a"},${space.repeat(length)}?`);
      assert.equal(issues[0].location.offset, '{"call":{"call_id":"a"},'.length + 2 * length);
    }
    const odd = validate(`{"call":${" ".repeat(length)}\v{"call_id":"a"}}`).issues[0];
    assert.equal(odd.location.offset, '{"call":'.length + length);
  }
});

test("words are parted by white space alone, as itself or as an escape, in every lane of a block", () => {
  const words = (spelled) =>
    summarize(encoder.encode(`{"call":{"call_id":"a","transcript":"bot: ${spelled}"}}`)).talk.bot.words;
  const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  for (let lane = 1; lane <= 70; lane++) {
    // U+FEFF is white space to JavaScript and to nobody else, U+0085 the other way round.
    for (const character of [" ", "\u00a0", "\u1680", "\u2009", "\u2028", "\u3000", "\u0085"]) {
      assert.equal(words(`${"x".repeat(lane)}${character}y`), 2, `${escaped(character)} at ${lane}`);
      assert.equal(words(`${"x".repeat(lane)}${escaped(character)}y`), 2, `${escaped(character)} escaped at ${lane}`);
    }
    for (const character of ["’", "ü", "元", "😀", "\ufeff", "\u200b", '\\"', "\\\\", "\\u0041", "\\/"]) {
      assert.equal(words(`${"x".repeat(lane)}${character}y`), 1, `${character} at ${lane}`);
    }
    for (const escape of ["\\n", "\\t", "\\r", "\\f"]) {
      assert.equal(words(`${"x".repeat(lane)}${escape}y`), 2, `${escape} at ${lane}`);
    }
  }
});

test("a label begins a line wherever it stands in a block", () => {
  for (let lane = 0; lane <= 70; lane++) {
    const { talk } = summarize(
      encoder.encode(`{"call":{"call_id":"a","transcript":"bot: ${"x".repeat(lane)}\\nhuman: a b\\u000abot:c"}}`),
    );
    assert.deepEqual([talk.bot.lines, talk.bot.words, talk.human.words], [2, lane > 0 ? 2 : 1, 2], `at ${lane}`);
  }
});
