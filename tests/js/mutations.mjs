// Payloads and what can happen to them: deterministic, the same in every run.

/** A number whose spelling JSON.stringify would lose, and a key that its object has already: see `written`. */
const NUMBER = "@number@";
const AGAIN = "@again@";

/** One of everything that JSON can say, and whatever a field may take for something else. */
const VALUES = [
  ...[null, true, false, 0, -1, 113.5],
  ...["1e999", "-0", "12345678901234567890", "1E-400"].map((digits) => NUMBER + digits),
  ...["", " ", "words", "true", "113", ".", "..", "..."],
  ...["\u0085\u3000", "\ufeff", "\u0000", "😀", "\ud83d", "no\ude00"],
  ...["{}", "[1]", "null", "{broken", "completed", "partial"],
  ...["extract_info_action_type", "\n Extract-Info ACTION_type\u2003", "extract_info_action_type_"],
  ...["extract_info_day", "info_extractor_day", "Extract_info_day"],
  ...["x".repeat(128), "x".repeat(129), "ü".repeat(64), "ü".repeat(65), "😀".repeat(32), "😀".repeat(33)],
  ...[[], [null], [0], ["words"], ["words", null], [[]], [{}], [{ name: 7 }]],
  ...[{}, { value: null }, { call_id: "0866" }, { name: [] }],
  ...[{ identifier: "day", choices: ["yes", null] }, { identifier: 7 }, { choices: "yes" }, { type: [] }],
];

const KEYS = [
  ...["", " ", "0", "a/b~c", "é", "\ud83d", "unknown", "__proto__", "constructor", "toString", "length"],
  ...["call", "call_id", "status", "name", "action_type", "parameters_hard_coded", "identifier", "value"],
  ...["extract_info_day", "info_extractor_day", "Extract_info_day"],
];

/** The type of a value, which is all that a failure says of it. */
function typeOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "string" && value.startsWith(NUMBER) ? "number" : typeof value;
}

/** Every value in place of every part of a payload, and every part left out. */
export function* everywhere(payload) {
  for (const path of paths(payload)) {
    for (const value of VALUES) yield [{ kind: "replace", path, value }];
    if (path.length > 0) yield [{ kind: "leave out", path }];
    if (isObject(path.reduce(own, payload))) for (const key of KEYS) yield [{ kind: "add", path, key, value: 7 }];
  }
}

/** Actions of every kind with settings of every kind, by name and in an array. */
export function* actions() {
  const extracts = ["extract_info_action_type", "\tExtract-Info ACTION_type "];
  const types = [undefined, null, 7, ...extracts, "extract_info_action_type_", "send_sms_action_type"];
  const names = [undefined, null, 7, "extract_info_day", "info_extractor_", "Extract_info_day", "day"];
  const right = [{}, { identifier: "day", unknown: 7 }, { choices: ["a", null] }];
  const wrong = [{ identifier: 7 }, { choices: [7] }, { choices: "yes" }, { examples: "yes" }, { type: [] }];
  const settings = [undefined, null, 7, [], "", "words", '{"identifier":7}', ...right, ...wrong];
  const keys = ["extract_info_day", "info_extractor_", "Extract_info_day", " extract_info_day", "", null];
  for (const action_type of types)
    for (const name of names)
      for (const parameters_hard_coded of settings)
        for (const key of keys) {
          const action = { name, action_type, parameters_hard_coded };
          yield { call: { call_id: "0866" }, executed_actions: key === null ? [action] : { [key]: action } };
        }
}

/** So many lists of one to four mutations, the same for the same seed. */
export function* random(payloads, count, seed) {
  const next = generator(seed);
  const one = (list) => list[Math.floor(next() * list.length)];
  for (let number = 0; number < count; number++) {
    const payload = one(payloads);
    const places = paths(payload);
    const mutations = Array.from({ length: 1 + Math.floor(next() * 4) }, () => mutation(one, places));
    yield { payload, mutations };
  }
}

function mutation(one, places) {
  const path = one(places);
  const kind = one(["replace", "replace", "leave out", "add", "add", "repeat", "rename", "wrap", "copy", "nest"]);
  const mutations = {
    replace: () => ({ value: one(VALUES) }),
    add: () => ({ key: one(KEYS), value: one(VALUES) }),
    repeat: () => ({ value: one(VALUES) }),
    rename: () => ({ key: one(KEYS) }),
    copy: () => ({ from: one(places) }),
    nest: () => ({ depth: one([1, 2, 50, 120, 126, 128, 140]) }),
  };
  return { kind, path, ...mutations[kind]?.() };
}

/** A payload after some mutations. Those whose place is gone do nothing. */
export function apply(payload, mutations) {
  let root = structuredClone(payload);
  const at = (path) => path.reduce((value, key) => (isObject(value) ? own(value, key) : undefined), root);
  const put = (path, value) => {
    const parent = at(path.slice(0, -1));
    if (path.length === 0) root = value;
    else if (isObject(parent)) set(parent, path.at(-1), value);
  };
  for (const { kind, path, key, value, from, depth } of mutations) {
    const old = at(path);
    const parent = path.length > 0 ? at(path.slice(0, -1)) : undefined;
    if (old === undefined) continue;
    if (kind === "replace") put(path, structuredClone(value));
    else if (kind === "wrap") put(path, [old]);
    else if (kind === "copy") put(path, structuredClone(at(from) ?? null));
    else if (kind === "nest") put(path, nested(old, depth));
    else if (kind === "add" && Array.isArray(old)) old.push(structuredClone(value));
    else if (kind === "add" && isObject(old)) set(old, key, structuredClone(value));
    else if (kind === "leave out" && Array.isArray(parent)) parent.splice(path.at(-1), 1);
    else if (Array.isArray(parent) || !isObject(parent)) continue;
    else if (kind === "repeat") set(parent, AGAIN + path.at(-1), structuredClone(value));
    else if (kind === "leave out" || kind === "rename") {
      delete parent[path.at(-1)];
      if (kind === "rename") set(parent, key, old);
    }
  }
  return root;
}

/** A payload as the text of a document. */
export function written(payload) {
  return JSON.stringify(payload).replaceAll(/"@number@([^"]*)"/g, "$1").replaceAll(`"${AGAIN}`, '"');
}

/** Mutations for a person, without what they put in. */
export function shown(mutations) {
  const sentence = ({ kind, path, key, value }) => {
    const by = value === undefined ? "" : ` by ${typeOf(value)}`;
    return `${kind} /${path.join("/")}${key === undefined ? "" : ` ${JSON.stringify(key)}`}${by}`;
  };
  return mutations.map(sentence).join(", ") || "nothing";
}

/** The paths of all that a value contains, its own first. */
export function paths(value, path = []) {
  if (!isObject(value)) return [path];
  return [path, ...Object.keys(value).flatMap((key) => paths(own(value, key), [...path, key]))];
}

const isObject = (value) => typeof value === "object" && value !== null;

/** A property, even one named `__proto__`. */
const own = (object, key) => Object.getOwnPropertyDescriptor(object, key)?.value;
const set = (object, key, value) =>
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });

function nested(value, depth) {
  let whole = value;
  for (let level = 0; level < depth; level++) whole = level % 2 === 0 ? [whole] : { within: whole };
  return whole;
}

/** Numbers from 0 to 1 by mulberry32. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
