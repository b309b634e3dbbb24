// The packed package's JSON Schema gives the verdict of `validate`, or another one for a reason that is listed here; and `parse`
// gives what JSON.parse does exactly where `validate` says valid.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { firstDifference } from "./compare.mjs";
import { cases, imported, install, ROOT, write } from "./installed.mjs";
import { actions, apply, everywhere, paths, random, shown, written } from "./mutations.mjs";

const { folder } = install();
const { parse, PostCallError, validate } = await imported(folder);
const schema = createRequire(join(folder, "index.js"))("postcall/schema.json");
const accepts = new Ajv2020({ strict: true }).compile(schema);

/**
 * What the validator refuses and a schema cannot: by the code of the issue, what must be so in the document. A schema
 * reads what JSON.parse made of the text, and bounds characters.
 */
const REFUSED_BY_VALIDATOR = {
  unusable_id: ({ value }) => {
    const id = value.call?.call_id;
    return typeof id === "string" && [...id].length <= 128 && Buffer.byteLength(id) > 128;
  },
  lone_surrogate: ({ value }) => !texts(value).every((text) => text.isWellFormed()),
  too_deep: ({ value }) => depthOf(value) > 128,
  too_large: ({ text }) => Buffer.byteLength(text) > 16 * 2 ** 20,
};

/** What else sets the two apart. */
const CLASSES = {
  // JSON.parse keeps the last of repeated keys; the validator sees all of them, and whatever they hold. Without the
  // others there must be no difference, or one of another class.
  "repeated key": ({ text, value }) => {
    return colons(text) > keys(value) && compared(JSON.stringify(value)).difference !== null;
  },
  // JSON.parse makes Infinity of a long number, and that is no number to a schema; the validator keeps the text.
  "number beyond all": ({ value, bySchema }) => !bySchema && numbers(value).some((number) => !Number.isFinite(number)),
  ...Object.fromEntries(
    Object.entries(REFUSED_BY_VALIDATOR).map(([code, holds]) => [code, (pair) => pair.codes.has(code) && holds(pair)]),
  ),
};

const explained = Object.fromEntries(Object.keys(CLASSES).map((name) => [name, 0]));
const count = { pairs: 0, valid: 0, invalid: 0, explained };

/** The validator's verdict on a text, and the class by which the schema's differs: "" if not, null if by no class. */
function compared(text, bytes = new TextEncoder().encode(text)) {
  const value = JSON.parse(text);
  const bySchema = accepts(value);
  const { valid, issues } = validate(bytes);
  parsedAlike(bytes, value, valid, issues);
  if (bySchema === valid) return { valid, difference: "" };
  const codes = new Set(issues.filter(({ severity }) => severity === "error").map(({ code }) => code));
  const pair = { text, value, bySchema, codes };
  const names = Object.keys(CLASSES).filter((name) => CLASSES[name](pair));
  // Several reasons may come together, but no error may be left without one.
  const isWhole = names.includes("repeated key") || [...codes].every((code) => names.includes(code));
  return { valid, difference: isWhole && names.length > 0 ? names[0] : null };
}

/** Asserts that `parse`, which looks for errors alone, gives the value of a valid payload and throws all issues of another. */
function parsedAlike(bytes, value, valid, issues) {
  let parsed;
  try {
    parsed = parse(bytes);
  } catch (error) {
    assert.ok(error instanceof PostCallError && !valid, "`parse` throws where `validate` says valid");
    assert.deepEqual(error.issues, issues);
    return;
  }
  assert.ok(valid, "`parse` gives what `validate` says is not valid");
  assert.equal(firstDifference(parsed, value, ""), null);
}

/** Compares the verdicts on a payload after some mutations. Of those that set them apart, names the fewest. */
function check(name, payload, mutations) {
  const verdict = (list) => compared(written(apply(payload, list)));
  const { valid, difference } = verdict(mutations);
  tally(valid, difference);
  if (difference !== null) return;
  let fewest = mutations;
  for (let number = 0; number < fewest.length; ) {
    const fewer = fewest.toSpliced(number, 1);
    if (verdict(fewer).difference === null) fewest = fewer;
    else number += 1;
  }
  const word = valid ? "valid" : "invalid";
  assert.fail(`${name}: \`validate\` says ${word}, the schema does not, after: ${shown(fewest)}`);
}

function tally(valid, difference) {
  count.pairs += 1;
  count[valid ? "valid" : "invalid"] += 1;
  if (difference) count.explained[difference] += 1;
}

/** Texts of a document: keys and strings. */
function texts(value) {
  if (typeof value === "string") return [value];
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => [key, ...texts(member)]) : [];
}
function numbers(value) {
  if (typeof value === "number") return [value];
  return isObject(value) ? Object.values(value).flatMap(numbers) : [];
}
const isObject = (value) => typeof value === "object" && value !== null;
const depthOf = (value) => (isObject(value) ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0);
const keys = (value) => {
  if (!isObject(value)) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum, member) => sum + keys(member), own);
};
/** Keys of a text, repeated ones included: the colons outside of strings. */
const colons = (text) => text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;

/** The goldens that JSON.parse accepts. */
const accepted = cases().flatMap(({ name, payload }) => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
    return [{ name, payload, text, value: JSON.parse(text) }];
  } catch {
    return [];
  }
});

/** A call with every declared field, those that the sample lacks being null, and the declared fields by their paths. */
const { whole, declared } = (() => {
  const whole = accepted.find(({ name }) => name === "documented-shape").value;
  const slot = { value: "Monday", collected: true };
  whole.collected_variables = { day: slot, agent: { day: slot } };
  const [[key, action]] = Object.entries(whole.executed_actions);
  const objects = [
    [[], schema],
    [["lead"], schema.$defs.Lead],
    [["call"], schema.$defs.Call],
    [["executed_actions", key], schema.$defs.Action],
    [["executed_actions", key, "parameters_hard_coded"], schema.$defs.Parameters],
    [["analysis"], schema.$defs.Analysis],
  ];
  const declared = objects.flatMap(([place, { properties }]) => {
    const object = place.reduce((value, key) => value[key], whole);
    return Object.entries(properties).map(([name, property]) => {
      object[name] ??= null;
      return { path: [...place, name], property };
    });
  });
  const of = (action_type, parameters_hard_coded) => ({ ...action, action_type, parameters_hard_coded });
  whole.executed_actions.info_extractor_day = { parameters_hard_coded: { choices: ["Monday"] }, return_value: "{}" };
  whole.executed_actions["book a table"] = of("custom_function_action_type", { identifier: 7 });
  return { whole, declared };
})();

test("the schema is one by its meta-schema, and ajv has nothing to say of it", () => {
  const said = [];
  const say = (...words) => said.push(words.join(" "));
  const ajv = new Ajv2020({ logger: { log: say, warn: say, error: say } });
  assert.equal(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
  assert.equal(ajv.validateSchema(schema), true, ajv.errorsText());
  ajv.compile(schema);
  assert.deepEqual(said, []);
});

test("the packed schema is the written one; the README's example imports it and prints what its comments say", () => {
  assert.deepEqual(schema, JSON.parse(readFileSync(join(ROOT, "pkg", "src", "schema.json"), "utf8")));
  const readme = readFileSync(join(ROOT, "pkg", "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  const example = examples.find((code) => code.includes("postcall/schema.json"));
  symlinkSync(join(ROOT, "node_modules", "ajv"), join(folder, "node_modules", "ajv"));
  const path = write(folder, "schema.mjs", example);
  const said = execFileSync(process.execPath, [path], { cwd: folder, encoding: "utf8" });
  const promised = [...example.matchAll(/ \/\/ (.*)$/gm)].map(([, comment]) => comment);
  assert.ok(promised.length > 0);
  assert.deepEqual(said.trim().split("\n"), promised);
});

test("on the goldens, as they stand and parsed, the verdicts agree", () => {
  for (const { name, payload, text, value } of accepted) {
    const { valid, difference } = compared(text, payload);
    assert.notEqual(difference, null, name);
    tally(valid, difference);
    check(name, value, []);
  }
  assert.ok(accepted.length >= 40, `${accepted.length}`);
});

test("with every value in every place, every part left out and every odd key added, the verdicts agree", () => {
  for (const mutations of everywhere(whole)) check("documented-shape", whole, mutations);
  const least = { call: { call_id: "0866" } };
  for (const mutations of everywhere(least)) check("minimal", least, mutations);
});

test("every declared field is tried, and refuses some type unless it takes any", () => {
  assert.ok(declared.length >= 90, `${declared.length}`);
  const tried = new Set(paths(whole).map((path) => JSON.stringify(path)));
  for (const { path, property } of declared) {
    assert.ok(tried.has(JSON.stringify(path)), path.join("/"));
    const takesAny = Object.keys(property).join() === "description";
    const takes = (value) => accepts(apply(whole, [{ kind: "replace", path, value }]));
    assert.equal([[[]], 7, true, {}, "words"].every(takes), takesAny, path.join("/"));
  }
});

test("on actions of every kind with settings of every kind, the verdicts agree", () => {
  for (const payload of actions()) check("an action", payload, []);
});

test("after up to four mutations at random, the verdicts agree", () => {
  // Not the ones so deep or so odd that nothing else would be found in them, or not be listed.
  const isUsual = (value) => depthOf(value) < 100 && validate(value).issues.length < 500;
  const payloads = [whole, ...accepted.map(({ value }) => value).filter((value) => isObject(value) && isUsual(value))];
  for (const { payload, mutations } of random(payloads, 10_000, 20_261_123)) check("at random", payload, mutations);
});

test("a text that is too long is refused for that alone", () => {
  const { valid, difference } = compared(`{"call":{"call_id":"0866"}}${" ".repeat(16 * 2 ** 20)}`);
  tally(valid, difference);
  assert.equal(difference, "too_large");
});

test("so many verdicts were compared, of either kind, and every class of difference came up", () => {
  assert.ok(count.pairs >= 25_000, JSON.stringify(count));
  assert.ok(Math.min(count.valid, count.invalid) >= 10_000, JSON.stringify(count));
  for (const [name, often] of Object.entries(count.explained)) assert.ok(often > 0, `${name} never came up`);
  console.log(`verdicts: ${JSON.stringify(count)}`);
});
