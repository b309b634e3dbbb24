// The payload as a Standard Schema: what the installed package's `postCall` gives to whatever takes any schema.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { cases, imported, install } from "./installed.mjs";
import { apply, random } from "./mutations.mjs";

const { folder } = install();
const { parse, postCall, safeParse } = await imported(folder);
const { validate, jsonSchema, version, vendor } = postCall["~standard"];
const schema = createRequire(join(folder, "index.js"))("postcall/schema.json");
const text = (payload) => new TextDecoder().decode(payload);

test("it is version 1 of the standard, by this vendor", () => {
  assert.deepEqual({ version, vendor }, { version: 1, vendor: "postcall" });
});

test("on the goldens it gives the payload, or the errors and nothing else", () => {
  for (const { name, payload } of cases()) {
    const wanted = safeParse(payload);
    const found = validate(payload);
    assert.ok(!(found instanceof Promise));
    if (wanted.success) assert.deepEqual(found, { value: wanted.data }, name);
    else assert.deepEqual(found, { issues: wanted.issues.filter(({ severity }) => severity === "error") }, name);
  }
});

test("a parsed payload comes out equal and as a copy", () => {
  const value = JSON.parse(text(cases().find(({ name }) => name === "documented-shape").payload));
  const found = validate(value);
  assert.deepEqual(found.value, value);
  assert.notEqual(found.value, value);
});

test("whatever is no payload has issues with a message and a path; nothing throws", () => {
  const cycle = {};
  cycle.self = cycle;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const tagged = { get [Symbol.toStringTag]() { throw new Error("no"); } };
  const throws = { get call() { throw new TypeError("no"); } };
  for (const value of [undefined, null, 0, NaN, true, "", "{", 7n, Symbol("x"), () => 0, cycle, revoked.proxy, tagged, throws, [], {}, new Map(), Promise.resolve(), new Date(0), { call: { call_id: "a\ud800" } }, new Uint16Array(1)]) {
    const { issues } = validate(value);
    assert.ok(issues.length > 0);
    for (const { message, path, severity } of issues) {
      assert.ok(typeof message === "string" && Array.isArray(path) && severity === "error");
    }
  }
  assert.equal(validate(null).issues[0].message, "the document must be an object, not null");
  assert.match(validate(undefined).issues[0].message, /^got undefined; pass the payload as/);
  assert.match(validate(Promise.resolve()).issues[0].message, /await it/);
  assert.deepEqual(validate({ call: { call_id: "1", duration: [] } }).issues.map(({ path }) => path), [["call", "duration"]]);
});

test("its JSON Schema is the package's own, a copy each time, for input and output alike", () => {
  for (const of of [jsonSchema.input, jsonSchema.output]) {
    const found = of({ target: "draft-2020-12" });
    assert.deepEqual(found, schema);
    found.properties.call = {};
    assert.deepEqual(of({ target: "draft-2020-12" }), schema);
  }
});

test("as draft 7 it accepts the same", () => {
  const older = jsonSchema.input({ target: "draft-07" });
  assert.equal(older.$schema, "http://json-schema.org/draft-07/schema#");
  assert.doesNotMatch(JSON.stringify(older), /\$defs/);
  const ajv = new Ajv({ strict: true });
  assert.equal(ajv.validateSchema(older), true);
  const [accepts, wanted] = [ajv.compile(older), new Ajv2020({ strict: true }).compile(schema)];
  const payloads = cases().flatMap(({ payload }) => {
    try {
      return [JSON.parse(text(payload))];
    } catch {
      return [];
    }
  });
  const count = { true: 0, false: 0 };
  const check = (value) => {
    assert.equal(accepts(value), wanted(value));
    count[wanted(value)] += 1;
  };
  payloads.forEach(check);
  const usual = payloads.filter((value) => typeof value === "object" && value !== null && JSON.stringify(value).length < 20_000);
  for (const { payload, mutations } of random(usual, 2_000, 7)) check(apply(payload, mutations));
  assert.ok(Math.min(count.true, count.false) > 300, JSON.stringify(count));
});

test("what is not valid has an issue, even where its errors are beyond the list", () => {
  const keys = Object.fromEntries(Array.from({ length: 1_500 }, (_, number) => [`key ${number}`, 1]));
  const payload = { ...keys, call: { call_id: 5 } };
  assert.deepEqual(validate(payload).issues.map(({ code }) => code), ["too_many_issues"]);
  assert.throws(() => parse(payload), /more issues than a report lists/);
});

test("an object that is too deep for the engine to write is one that is too deep", () => {
  let deep = {};
  for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
  const { issues } = validate({ call: { call_id: "a" }, metadata: deep });
  assert.deepEqual(issues.map(({ code }) => code), ["too_deep"]);
});

test("another target is refused by name", () => {
  for (const target of ["openapi-3.0", "draft-04", "", undefined]) {
    assert.throws(() => jsonSchema.input({ target }), /ask for draft-2020-12 or draft-07/);
  }
});
