// What the installed package does with odd input, much input and misuse.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { firstDifference } from "./compare.mjs";
import { cases, host, imported, install, write } from "./installed.mjs";

const { folder, files } = install();
const postcall = await imported(folder);
const { validate, parse, safeParse, summarize, safeSummarize, parseTranscript, PostCallError, vocabularies } = postcall;

const sample = cases().find(({ name }) => name === "documented-shape").payload;
const sampleText = new TextDecoder().decode(sample);
const minimal = (more = "") => `{"call":{"call_id":"0866"${more}}}`;
const errors = (issues) => issues.filter(({ severity }) => severity === "error");
/** The first issue of a code as `code path line:column@offset`. */
const place = (input, code, options) => {
  const issue = validate(input, options).issues.find((issue) => issue.code === code);
  return issue && `${issue.pointer} ${issue.location.line}:${issue.location.column}@${issue.location.offset}`;
};

test("the package holds what it should and nothing else", () => {
  const kinds = files.filter((name) => !/^(README\.md|LICENSE-(MIT|APACHE|NOBLE-HASHES)|package\.json|dist\/(postcall\.wasm|schema\.json)|dist\/(esm|cjs)\/\w+(\.d\.ts|\.js)|dist\/cjs\/package\.json)$/.test(name));
  assert.deepEqual(kinds, []);
  for (const name of ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "LICENSE-NOBLE-HASHES", "dist/postcall.wasm", "dist/schema.json"]) assert.ok(files.includes(name), name);
  const exported = ["PostCallError", "aggregate", "flattenIssues", "parse", "parseTranscript", "postCall", "prettifyIssues", "safeParse", "safeSummarize", "sign", "summarize", "summarizeLines", "validate", "verifySignature", "vocabularies"];
  assert.deepEqual(Object.keys(postcall).sort(), exported);
  assert.deepEqual(Object.keys(createRequire(join(folder, "x.js"))("postcall")).sort(), exported);
});

test("keys stand in the order of the wire, whichever are there and wherever a new one comes between", () => {
  const changed = (change) => {
    const payload = JSON.parse(sampleText);
    const action = Object.values(payload.executed_actions)[0];
    // Each of the declared objects, and what holds it.
    const holders = [[payload, "lead"], [payload, "call"], [payload, "analysis"], [payload.executed_actions, action.name], [action, "parameters_hard_coded"]];
    const texts = holders.map(([holder, key]) => {
      const before = holder[key];
      holder[key] = Object.fromEntries(change(Object.entries(before)));
      const text = JSON.stringify(payload);
      holder[key] = before;
      return text;
    });
    return [...texts, JSON.stringify(Object.fromEntries(change(Object.entries(payload))))];
  };
  const isIdentity = ([key]) => key === "call" || key === "call_id";
  const changes = [(entries) => entries.toReversed(), (entries) => [...entries, ["", null]]];
  for (let at = 0; at < 35; at += 1) {
    changes.push((entries) => entries.toSpliced(at, 0, ["new", { "": 0 }]));
    changes.push((entries) => entries.filter((entry, place) => place !== at || isIdentity(entry)));
    changes.push((entries) => [...entries.slice(at), ...entries.slice(0, at)]);
    changes.push((entries) => entries.slice(0, at + 1).concat(entries.slice(at + 1).filter(isIdentity)));
  }
  for (const text of changes.flatMap(changed)) assert.equal(JSON.stringify(parse(text)), text);
});

test("bytes, a buffer, a view inside one, text and a parsed object all give the same", () => {
  const wanted = summarize(sample);
  const roomy = new Uint8Array(sample.length + 20).fill(0x7b);
  roomy.set(sample, 7);
  const shared = new Uint8Array(new SharedArrayBuffer(sample.length));
  shared.set(sample);
  const elsewhere = vm.runInNewContext("Uint8Array.from(bytes)", { bytes: [...sample] });
  const inputs = [sample.slice().buffer, roomy.subarray(7, 7 + sample.length), shared, elsewhere, Buffer.from(sample), sampleText, JSON.parse(sampleText)];
  for (const input of inputs) {
    assert.deepEqual(summarize(input), wanted);
    assert.deepEqual(parse(input), JSON.parse(sampleText));
  }
});

test("misuse is a TypeError that says what to pass", () => {
  const detached = new Uint8Array([0x7b, 0x7d]);
  structuredClone(detached, { transfer: [detached.buffer] });
  const gone = new ArrayBuffer(2);
  structuredClone(gone, { transfer: [gone] });
  const cycle = {};
  cycle.self = cycle;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const misuse = [
    [undefined, /got undefined; pass the payload as a Uint8Array/],
    [null, /got null; pass/],
    [7, /got number; pass/],
    [7n, /got bigint; pass/],
    [true, /got boolean; pass/],
    [Symbol("x"), /got symbol; pass/],
    [() => 0, /got function; pass/],
    [new Uint16Array(2), /got a Uint16Array; pass/],
    [new DataView(new ArrayBuffer(2)), /got a DataView; pass/],
    [new SharedArrayBuffer(2), /pass a Uint8Array over it/],
    [detached, /detached/],
    [gone, /detached/],
    [Promise.resolve("{}"), /await it/],
    [new Response("{}"), /got a Response; pass what its `arrayBuffer\(\)` gives/],
    [new Request("https://example.com"), /got a Request; pass what its `arrayBuffer\(\)` gives/],
    [new Blob(["{}"]), /got a Blob; pass what its `arrayBuffer\(\)` gives/],
    [new ReadableStream(), /got a ReadableStream; read it first/],
    [new Map(), /plain object/],
    [new Set(), /plain object/],
    [revoked.proxy, /cannot be written as JSON; pass/],
    [{ get [Symbol.toStringTag]() { throw new Error("no"); } }, /cannot be written as JSON; pass/],
    [cycle, /cannot be written as JSON/],
    [{ call: 1n }, /cannot be written as JSON/],
    [{ get call() { throw new Error("no"); } }, /cannot be written as JSON/],
    [{ toJSON() {} }, /cannot be written as JSON/],
  ];
  for (const call of [validate, parse, safeParse, summarize, safeSummarize]) {
    for (const [input, message] of misuse) assert.throws(() => call(input), { name: "TypeError", message });
  }
  for (const options of [7, null, "strict"]) assert.throws(() => validate("{}", options), { name: "TypeError", message: /options/ });
  assert.throws(() => validate("{}", { strict: 1 }), { name: "TypeError", message: /`strict`/ });
  for (const bad of [-1, 1.5, NaN, "100", null]) {
    assert.throws(() => validate("{}", { max_bytes: bad }), { name: "TypeError", message: /`max_bytes`/ });
    assert.throws(() => validate("{}", { max_depth: bad }), { name: "TypeError", message: /`max_depth`/ });
  }
  assert.throws(() => parseTranscript(null), { name: "TypeError", message: /transcript/ });
  assert.equal(validate(sample).valid, true);
});

test("a bad payload makes validate, safeParse and safeSummarize answer, parse and summarize throw a PostCallError", () => {
  for (const input of ["", "{", "[]", "null", "\u0000", new Uint8Array(), new Uint8Array([0xff]), [], new Date(0), minimal().slice(1)]) {
    assert.equal(validate(input).valid, false);
    const { success, issues } = safeParse(input);
    assert.equal(success, false);
    assert.deepEqual(safeSummarize(input), { success: false, issues });
    for (const call of [parse, summarize]) {
      assert.throws(() => call(input), (error) => {
        assert.ok(error instanceof PostCallError && error instanceof Error);
        assert.equal(error.name, "PostCallError");
        assert.deepEqual(error.issues, issues);
        assert.match(error.message, /^the payload is not valid\n✖ /);
        return true;
      });
    }
  }
});

test("a PostCallError says its name as errors do, and can be renamed", () => {
  const error = new PostCallError([]);
  assert.deepEqual(Object.keys(error), ["issues"]);
  assert.match(error.stack, /^PostCallError: the payload is not valid/);
  error.name = "Renamed";
  assert.equal(String(error).slice(0, 9), "Renamed: ");
  assert.deepEqual(Object.keys(error), ["issues"]);
  assert.equal(new PostCallError([]).name, "PostCallError");
});

test("strict makes warnings errors", () => {
  const input = minimal(',"duration":"113"');
  assert.equal(validate(input).valid, true);
  assert.equal(validate(input, { strict: false }).valid, true);
  const { valid, issues } = validate(input, { strict: true });
  assert.equal(valid, false);
  assert.ok(issues.every(({ severity }) => severity !== "warning"));
});

test("an object that the engine cannot write is too deep, and no call throws for it that answers", () => {
  let nested = [];
  for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
  const firefox = Object.assign(new Error("too much recursion"), { name: "InternalError" });
  for (const input of [{ call: { call_id: "1", diversion: nested } }, { toJSON() { throw firefox; } }]) {
    const { valid, issues } = validate(input);
    assert.equal(valid, false);
    assert.deepEqual(issues, [{
      code: "too_deep",
      severity: "error",
      path: [],
      pointer: "",
      message: "too deep or too large to be written as JSON",
      location: { offset: 0, line: 1, column: 1 },
    }]);
    assert.deepEqual(safeParse(input), { success: false, issues });
    assert.deepEqual(safeSummarize(input), { success: false, issues });
    for (const call of [parse, summarize]) assert.throws(() => call(input), PostCallError);
  }
});

test("what are no issues is a TypeError that says what to pass", () => {
  for (const bad of [undefined, null, "words", validate("{}")]) {
    for (const call of [postcall.prettifyIssues, postcall.flattenIssues, (issues) => new PostCallError(issues)]) {
      assert.throws(() => call(bad), { name: "TypeError", message: "postcall: pass issues" });
    }
  }
});

test("the vocabularies cannot be changed", () => {
  assert.throws(() => vocabularies.issue_code.reverse(), TypeError);
  assert.throws(() => vocabularies.call_status.push("one more"), TypeError);
  assert.throws(() => { vocabularies.severity = []; }, TypeError);
  assert.equal(validate("{").issues[0].code, "invalid_json");
});

test("max_depth holds, whatever is asked for", () => {
  const deep = (depth) => minimal(`,"diversion":${"[".repeat(depth - 2)}${"]".repeat(depth - 2)}`);
  assert.equal(validate(deep(128)).valid, true);
  assert.equal(errors(validate(deep(129)).issues)[0].code, "too_deep");
  assert.equal(validate(deep(8), { max_depth: 7 }).valid, false);
  assert.equal(safeParse(deep(1024), { max_depth: 1e9 }).success, true);
  assert.equal(errors(validate(deep(1025), { max_depth: 1e9 }).issues)[0].code, "too_deep");
  assert.equal(errors(validate(deep(100_000), { max_depth: 1024 }).issues)[0].code, "too_deep");
});

test("max_bytes holds to the byte, for bytes and text alike, at the same place", () => {
  const inputs = [minimal(), minimal(',"transcript":"Zoë – 😀"'), `\n\n${minimal()}`, `\uFEFF${minimal()}`, minimal(',"transcript":"😀😀😀😀😀😀"')];
  for (const text of inputs) {
    const bytes = new TextEncoder().encode(text);
    for (let max_bytes = 0; max_bytes <= bytes.length + 1; max_bytes++) {
      const [fromText, fromBytes] = [validate(text, { max_bytes }), validate(bytes, { max_bytes })];
      assert.deepEqual(fromText, fromBytes);
      assert.equal(fromBytes.issues.some(({ code }) => code === "too_large"), max_bytes < bytes.length);
    }
  }
  assert.equal(place("{\n  é😀", "too_large", { max_bytes: 5 }), " 2:4@5");
  assert.equal(place(`{\n  é${" ".repeat(40)}`, "too_large", { max_bytes: 6 }), " 2:4@6");
  assert.equal(place("\uFEFF{}", "too_large", { max_bytes: 4 }), " 1:2@4");
});

test("memory that threads share, and memory that can grow, are read as they are in the moment", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(sample.length));
  shared.set(sample);
  assert.deepEqual(summarize(shared), summarize(sample));
  assert.deepEqual(validate(shared, { max_bytes: 100 }), validate(sample, { max_bytes: 100 }));
  const growing = new ArrayBuffer(sample.length, { maxByteLength: 2 * sample.length });
  const tracking = new Uint8Array(growing);
  tracking.set(sample);
  for (const input of [growing, tracking]) assert.deepEqual(summarize(input), summarize(sample));
  growing.resize(sample.length + 1);
  assert.equal(errors(validate(tracking).issues)[0].code, "invalid_json");
  growing.resize(0);
  assert.equal(errors(validate(tracking).issues)[0].code, "invalid_json");
  const cut = new Uint8Array(growing, 0, 0);
  assert.equal(errors(validate(cut).issues)[0].code, "invalid_json");
});

test("an object that calls the package while it is read changes nothing", () => {
  const large = minimal(`,"transcript":"${"bot: other\\n".repeat(100_000)}"`);
  const answers = [];
  const inside = (value) => ({
    toJSON() {
      answers.push(validate(large).valid, parse(sample).call.call_id, summarize(large).talk.lines);
      return value;
    },
  });
  const input = {
    get status() {
      return inside("completed");
    },
    call: { call_id: inside("0866"), timezone: inside("Europe/Berlin") },
  };
  const { call_id, status, timezone } = summarize(input);
  assert.deepEqual([call_id, status, timezone], ["0866", "completed", "Europe/Berlin"]);
  const once = [true, JSON.parse(sampleText).call.call_id, 100_000];
  assert.deepEqual(answers, [...once, ...once, ...once]);
});

test("what only says that it is bytes is written as JSON like any object", () => {
  const answers = [];
  const fake = { [Symbol.toStringTag]: "Uint8Array", length: 2, get 0() { answers.push(validate(sample).valid); return 0x7b; }, 1: 0x7d };
  assert.equal(errors(validate(fake).issues)[0].code, "missing_field");
  assert.deepEqual(answers, [true]);
});

test("half of a surrogate pair in text is found at its place, and never comes out", () => {
  const input = minimal(`,"transcript":"Zoë \ud83d, \ude00 😀","timezone":"\udc00"`);
  assert.equal(place(input, "lone_surrogate"), `/call/transcript 1:${input.indexOf("\ud83d") + 1}@${input.indexOf("\ud83d") + 1}`);
  const { valid, issues } = validate(input);
  assert.equal(valid, false);
  assert.equal(issues.filter(({ code }) => code === "lone_surrogate").length, 2);
  assert.equal(issues.findLast(({ code }) => code === "lone_surrogate").location.column, input.indexOf("\udc00") + 1);
  assert.ok(!issues.some(({ code }) => code === "invalid_utf8"));
  assert.ok(JSON.stringify(issues).isWellFormed());
  assert.equal(place(`{"a":\ud800}`, "invalid_json"), " 1:6@5");
  assert.equal(place({ call: { call_id: "a\ud800" } }, "lone_surrogate"), "/call/call_id 1:22@21");
  assert.equal(validate(minimal(',"transcript":"\uFFFD"')).valid, true);
});

test("keys that have a meaning in JavaScript are keys like any other", () => {
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "", "7", "-1", "a/b~c"];
  const members = names.map((name) => `${JSON.stringify(name)}:{"isAdmin":true}`).join();
  const actions = names.map((name) => `${JSON.stringify(name)}:{"name":${JSON.stringify(name)},"return_value":{${members}}}`).join();
  const input = `{"call":{"call_id":"1"},"executed_actions":{${actions}},"metadata":{${members}},"collected_variables":{${names
    .map((name) => `${JSON.stringify(name)}:{"value":{${members}},"collected":true}`).join()}},${members}}`;
  const data = parse(input);
  assert.equal(firstDifference(data, JSON.parse(input), ""), null);
  const summary = summarize(input);
  assert.ok(Object.hasOwn(summary.variables, "__proto__"));
  for (const object of [data, data.metadata, summary.variables]) assert.equal(Object.getPrototypeOf(object), Object.prototype);
  assert.equal({}.isAdmin, undefined);
  const { fields } = postcall.flattenIssues(validate(input).issues);
  assert.ok(Object.hasOwn(fields, "__proto__"));
  const pointers = validate(input).issues.filter(({ code }) => code === "unknown_field").map(({ pointer }) => pointer);
  assert.ok(pointers.includes("/a~1b~0c") && pointers.includes("/"), pointers.join());
});

test("numbers and texts are those of JSON.parse", () => {
  const numbers = ["0", "-0", "0.0", "-0.0", "1", "-1", "536870911", "536870912", "-536870912", "4294967295", "4294967296", "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "18446744073709551616", "123456789012345678901234567890", "1e400", "-1e400", "1e-400", "0.1", "1761559301.6653843", "5e-324", "1E+2", "2.2250738585072011e-308"];
  const texts = ["", "\\u0000\\u001b\\u007f", "\u2028\u2029\u202e\u200d", "\\ud83d\\ude00😀", "\uFEFFmark", "\\/\\b\\f\\n\\r\\t\\\"\\\\", "a\u0301".repeat(100), "\uFFFF\u{10FFFF}", "é".repeat(1000)];
  const list = [...numbers, ...texts.map((text) => `"${text}"`), "null", "true", "false", "[]", "{}", "[[],{}]"];
  // Behind each text the places in the text and in its bytes lie further apart.
  const keys = texts.map((text, at) => `"${text}${at}":["${text}",${at}]`);
  const embedded = JSON.stringify('{"é":"😀\\n"}');
  const input = `{"call":{"call_id":"1é"},"executed_actions":{"a":{"return_value":${embedded},"name":"a"}},"metadata":{"b":[${list}],"a":1,"b2":{"x":1,"x":2,"y":3,"x":4},${keys}}}`;
  const encoded = new TextEncoder().encode(input);
  const marked = new TextEncoder().encode(`\uFEFF${input}`);
  for (const given of [input, encoded, `\uFEFF${input}`, marked]) {
    assert.equal(firstDifference(parse(given), JSON.parse(input), ""), null);
    assert.equal(JSON.stringify(parse(given)), JSON.stringify(JSON.parse(input)));
  }
  assert.equal(parse(`{"call":{"call_id":"\uFEFF1"}}`).call.call_id, "\uFEFF1");
});

test("what is returned stays what it is when the package is called again", () => {
  const [first, data, issues] = [summarize(sample), parse(sample), validate("{}").issues];
  const copies = structuredClone([first, data, issues]);
  const other = minimal(`,"transcript":"${"bot: other\\n".repeat(100_000)}"`);
  summarize(other);
  parse(other);
  assert.deepEqual([first, data, issues], copies);
});

test("an input of 20 MB is too large by default, read when asked for, and forgotten", () => {
  const large = minimal(`,"transcript":"${"human: yes, please \\n".repeat(1_000_000)}"`);
  assert.equal(validate(large).issues[0].code, "too_large");
  for (const input of [large, new TextEncoder().encode(large)]) {
    assert.equal(validate(input).issues[0].code, "too_large");
    assert.equal(safeSummarize(input, { max_bytes: 32e6 }).summary.talk.words, 2_000_000);
    assert.equal(parse(input, { max_bytes: 32e6 }).call.transcript.length, 20_000_000);
    assert.equal(validate(sample).valid, true);
  }
  assert.deepEqual(summarize(sampleText), summarize(sample));
});

// For a process of its own, whose only WebAssembly memory is the package's.
const MEMORIES = `
    const memories = [];
    const { Instance } = WebAssembly;
    WebAssembly.Instance = function (...args) {
      const instance = new Instance(...args);
      memories.push(instance.exports.memory);
      return instance;
    };`;

test("what is too large is refused before the WebAssembly memory has it", () => {
  const script = `
    ${MEMORIES}
    const { safeSummarize, validate } = await import("postcall");
    const bytes = Buffer.from('{"call":{"call_id":"0866","transcript":"' + "human: yes, please \\\\n".repeat(1_000_000) + '"}}');
    const inputs = [bytes, bytes.toString(), JSON.parse(bytes)];
    const pages = () => memories[0].buffer.byteLength / 65_536;
    const small = () => validate('{"call":{"call_id":"1"}}').valid;
    const seen = [small(), pages()];
    for (const input of inputs) seen.push(validate(input).issues[0].code, pages());
    for (const input of inputs) seen.push(safeSummarize(input, { max_bytes: 1e9 }).summary.talk.words, pages() > 300, small());
    console.log(JSON.stringify({ seen, instances: memories.length }));
  `;
  const said = execFileSync(process.execPath, [write(folder, "large.mjs", script)], { cwd: folder, encoding: "utf8" });
  const { seen: [first, pages, ...rest], instances } = JSON.parse(said);
  assert.deepEqual([first, instances], [true, 1]);
  assert.deepEqual(rest, [...Array(3).fill(["too_large", pages]), ...Array(3).fill([2_000_000, true, true])].flat());
});

test("where text goes to the memory by base64, as in Chromium, any text reads as its bytes do", () => {
  const script = `
    Object.defineProperty(globalThis, "navigator", { value: { userAgentData: {} } });
    let tried = 0;
    const { btoa } = globalThis;
    globalThis.btoa = (text) => {
      tried += 1;
      return btoa(text);
    };
    Uint8Array.prototype.setFromBase64 = function (text) {
      this.set(Buffer.from(text, "base64"));
    };
    const { safeParse, validate } = await import("postcall");
    const call = (text) => '{"call":{"call_id":"0866","transcript":"' + text + '"}}';
    const odd = ["é", "ÿ", "\\u00e9", "–", "😀", "\ud83d", "\0", "é".repeat(1_000)].map(call);
    const plain = ["", "{", "7", call("bot: Hi."), call("x".repeat(300_000)), call("0"), call("01"), call("012")];
    const differences = [];
    const seen = [];
    const ask = (text) => {
      const before = tried;
      const bytes = new TextEncoder().encode(text);
      for (const input of [text, bytes]) seen.push(JSON.stringify([validate(input), safeParse(input)]));
      const [fromText, fromBytes] = seen.splice(0);
      // The encoder has no bytes for half of a pair, so that the two cannot be alike.
      const isAlike = text.isWellFormed() ? fromText === fromBytes : fromText.includes("lone_surrogate");
      if (!isAlike) differences.push(text.slice(0, 60));
      return tried - before;
    };
    const first = plain.map(ask);
    // So many plain ones between that each odd one is tried.
    for (const text of odd) for (let other = 0; other < 20; other++) ask(other === 19 ? text : plain[3]);
    const odds = Array.from({ length: 40 }, () => ask(odd[3])).reduce((sum, count) => sum + count);
    console.log(JSON.stringify({ differences, first, odds }));
  `;
  const said = execFileSync(process.execPath, [write(folder, "base64.mjs", script)], { cwd: folder, encoding: "utf8" });
  // Two calls try each plain text, but not a long one; of odd ones every seventeenth is tried.
  assert.deepEqual(JSON.parse(said), { differences: [], first: [2, 2, 2, 2, 0, 2, 2, 2], odds: 4 });
});

test("a character beyond ASCII moves the places behind it, wherever it stands", () => {
  for (const odd of ["é", "–", "😀", "\\u00e9"]) {
    for (let before = 0; before < 40; before++) {
      for (const behind of ["", "z", "z".repeat(30)]) {
        const text = minimal(`,"external_id":"${"a".repeat(before)}${odd}${behind}"`);
        for (const input of [text, new TextEncoder().encode(text)]) assert.deepEqual(parse(input), JSON.parse(text));
      }
    }
  }
});

test("the lines of a transcript, joined, are the transcript", () => {
  const transcripts = ["", "\n", " ", "bot: Hi. \nhuman: Yes.", "\nbot: Zoë 😀 \r\nhuman: a\nb\u2028c\n\nassistant:x", "no label\nbot: one", "bot: bot: human: \nbot:", "human: \ud800 lone\nbot: \udc00"];
  for (const text of transcripts) {
    const lines = parseTranscript(text).flatMap(({ lines }) => lines);
    if (text.trim() !== "") assert.equal(lines.map(({ start, end }) => text.slice(start, end)).join(""), text);
    for (const { text: spoken, start, end } of lines) assert.ok(text.slice(start, end).includes(spoken));
  }
  assert.deepEqual(parseTranscript("\nbot: Zoë 😀 \r\nhuman: a\nb\n"), [
    { speaker: "bot", lines: [{ text: "Zoë 😀 ", start: 0, end: 15 }] },
    { speaker: "human", lines: [{ text: "a\nb", start: 15, end: 26 }] },
  ]);
  assert.deepEqual(parseTranscript("Hello?").map(({ speaker }) => speaker), [null]);
});

test("issues are laid out for people and for forms", () => {
  const { issues } = validate('{"call":{"call_id":"1","duration":[],"agents_used":[7]},"executed_actions":{"book a table":{"timestamp":[]}}}');
  const text = postcall.prettifyIssues(errors(issues));
  assert.equal(text, [
    "✖ `duration` must be a number, not an array",
    "  → at call.duration (1:35)",
    "✖ the value must be a string, not a number",
    "  → at call.agents_used[0] (1:53)",
    "✖ `timestamp` must be a number, not an array",
    '  → at executed_actions["book a table"].timestamp (1:105)',
  ].join("\n"));
  assert.deepEqual(postcall.flattenIssues(errors(issues)), {
    form: [],
    fields: {
      "call.duration": ["`duration` must be a number, not an array"],
      "call.agents_used[0]": ["the value must be a string, not a number"],
      'executed_actions["book a table"].timestamp': ["`timestamp` must be a number, not an array"],
    },
  });
  assert.deepEqual(postcall.flattenIssues(validate("[]").issues), { form: ["the document must be an object, not an array"], fields: {} });
  assert.equal(postcall.prettifyIssues([]), "");
});

test("issues look as zod's look, but for their places", async () => {
  const { z } = await host("zod");
  const withoutPlace = (text) => text.replaceAll(/ \(\d+:\d+\)$/gm, "").replaceAll(/\n  → at \d+:\d+$/gm, "");
  let count = 0;
  for (const { payload, options } of cases()) {
    const { issues } = validate(payload, options);
    // One by one: zod sorts them by the lengths of their paths, and here they stand in document order.
    for (const issue of issues.filter(({ path }) => !path.includes(""))) {
      assert.equal(withoutPlace(postcall.prettifyIssues([issue])), z.prettifyError({ issues: [issue] }));
      const { form, fields } = postcall.flattenIssues([issue]);
      const { formErrors, fieldErrors } = z.flattenError({ issues: [issue] });
      assert.deepEqual([form, Object.values(fields)], [formErrors, Object.values(fieldErrors)]);
      count++;
    }
    assert.equal(postcall.prettifyIssues(issues), issues.map((issue) => postcall.prettifyIssues([issue])).join("\n"));
  }
  assert.ok(count > 500, `${count}`);
});

test("1,000,000 calls leave the memory as it is", () => {
  const script = `
    import { readFileSync } from "node:fs";
    ${MEMORIES}
    const { parse, summarize, validate } = await import("postcall");
    const bytes = readFileSync(process.argv[2]);
    const text = bytes.toString();
    const bad = text.slice(0, -9);
    const small = Buffer.from('{"status":"completed","call":{"call_id":"0866","transcript":"bot: Hi."}}');
    const input = { status: "completed", call: { call_id: "0866", duration: [] } };
    const calls = [
      () => summarize(bytes), () => validate(text), () => validate(bad), () => parse(bytes),
      ...Array(9).fill([() => summarize(small), () => validate(small), () => validate(input), () => parse(small)]).flat(),
    ];
    const seen = [];
    for (let round = 1; round <= 1_000_000; round++) {
      calls[round % calls.length]();
      if (round % 100_000 !== 0) continue;
      gc();
      const { heapUsed, external, rss } = process.memoryUsage();
      seen.push({ pages: memories[0].buffer.byteLength / 65_536, held: heapUsed + external, resident: rss });
    }
    console.log(JSON.stringify({ seen, instances: memories.length }));
  `;
  const path = join(import.meta.dirname, "..", "cases", "documented-shape", "payload.json");
  const said = execFileSync(process.execPath, ["--expose-gc", write(folder, "memory.mjs", script), path], { cwd: folder, encoding: "utf8" });
  const { seen, instances } = JSON.parse(said);
  assert.equal(instances, 1);
  assert.equal(new Set(seen.map(({ pages }) => pages)).size, 1);
  // What is held goes up and down with what the engine compiles and frees a little later. What leaks only goes up: two bytes
  // for each call are a megabyte between the least of both halves.
  const least = (rounds) => Math.min(...rounds.map(({ held }) => held));
  assert.ok(least(seen.slice(5)) - least(seen.slice(0, 5)) < 1e6, seen.map(({ held }) => held).join());
  // What the process takes also depends on what else the machine needs memory for. A leak makes every step of it, ten bytes
  // for each call a megabyte.
  const steps = seen.slice(1).map(({ resident }, at) => resident - seen[at].resident);
  assert.ok(steps.filter((step) => step < 1e6).length > 2, steps.join());
});

test("after a trap inside WebAssembly the package answers from a fresh instance", () => {
  const script = `
    import { differences, prepare } from ${JSON.stringify(join(import.meta.dirname, "trap.mjs"))};
    const state = prepare();
    console.log(JSON.stringify(differences(await import("postcall"), state)));
  `;
  assert.deepEqual(JSON.parse(execFileSync(process.execPath, [write(folder, "trap.mjs", script)], { cwd: folder, encoding: "utf8" })), []);
});

test("the slim entry says what to do, and works with every source", async () => {
  const script = `
    import assert from "node:assert/strict";
    import { createRequire } from "node:module";
    import { readFileSync } from "node:fs";
    import { runInNewContext } from "node:vm";
    import { init, validate } from "postcall/slim";
    const bytes = readFileSync(createRequire(import.meta.url).resolve("postcall/postcall.wasm"));
    const ok = () => assert.equal(validate('{"call":{"call_id":"1"}}').valid, true);
    assert.throws(() => validate("{}"), /call \`await init\\(source\\)\` first/);
    await assert.rejects(init(7), { name: "TypeError", message: /pass \`init\`/ });
    await assert.rejects(init(new Uint8Array([1, 2, 3])), /postcall\\.wasm/);
    await assert.rejects(init(new Response("no", { status: 404 })), /404/);
    await init(bytes); ok();
    const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
    const gone = new Uint8Array(bytes);
    structuredClone(gone, { transfer: [gone.buffer] });
    for (const other of [empty, new WebAssembly.Module(empty)]) await assert.rejects(init(other), /pass the package's own postcall\.wasm/);
    await assert.rejects(init(gone), { name: "TypeError", message: /detached/ });
    ok();
    const whole = new Uint8Array([7, ...bytes, 7]);
    await init(new DataView(whole.buffer, 1, bytes.length)); ok();
    const [buffer, module] = runInNewContext("const copy = new Uint8Array(bytes).buffer; [copy, new WebAssembly.Module(copy)]", { bytes });
    assert.ok(!(buffer instanceof ArrayBuffer) && !(module instanceof WebAssembly.Module));
    await init(buffer); ok();
    await init(module); ok();
    await init(bytes); ok();
    await Promise.all([init(bytes), init(new Uint8Array(bytes).buffer)]); ok();
    await init(new WebAssembly.Module(bytes)); ok();
    await init(new Response(bytes, { headers: { "content-type": "text/plain" } })); ok();
    await init(Promise.resolve(new Response(bytes))); ok();
    await init(new URL("data:application/wasm;base64," + bytes.toString("base64"))); ok();
  `;
  execFileSync(process.execPath, [write(folder, "slim.mjs", script)], { cwd: folder, encoding: "utf8" });
});
