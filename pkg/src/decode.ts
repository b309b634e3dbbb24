import type { Engine } from "./engine.js";
import type { Issue } from "./issue.js";
import type { JsonValue } from "./payload.js";
import type { Share, Summary, Turn } from "./summary.js";
import { issue_codes, names, outcome_rules, outcomes, severities, shapes, speakers, verdicts } from "./tables.js";

// The layout is written by src/js/flat.rs, word by word in the order in which it is read here.
//
// A buffer begins with the address and the length of the arena: the bytes of all its strings, one after the other. The
// arena is decoded once; a string is then the next so many UTF-16 units of it, and its word in the buffer is their number.
//
// What is being read are variables of the module: engines reach them in fewer steps than the fields of an object, and one
// buffer is read at a time, from front to back.

let words: Uint32Array;
let at = 0;
let arena = "";
let cut = 0;

// INVARIANT: a byte order mark at the beginning of a text belongs to it, as it does to the units that are counted.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Begins to read the buffer at an address. */
export function open(engine: Engine, address: number): void {
  words = engine.words;
  at = (address >>> 2) + 2;
  const length = words[at - 1]!;
  const start = words[at - 2]!;
  arena = length === 0 ? "" : decoder.decode(engine.bytes.subarray(start, start + length));
  cut = 0;
}

/** Forgets what was read: texts that nobody holds must not be kept. */
export function close(): void {
  arena = "";
}

function slice(units: number): string {
  return arena.slice(cut, (cut += units));
}

function text(): string {
  return slice(words[at++]!);
}

/** A text that may be absent: 0, or one more than its units. */
function optionalText(): string | null {
  const units = words[at++]!;
  return units === 0 ? null : slice(units - 1);
}

/** Two words, read as the 64-bit float that they are. WebAssembly is little-endian, and so is every engine's host. */
const halves = new Uint32Array(2);
const float = new Float64Array(halves.buffer);

function number(): number {
  halves[0] = words[at++]!;
  halves[1] = words[at++]!;
  return float[0]!;
}

/** A list: its length, then the items. */
function list<T>(item: () => T): T[] {
  const list: T[] = [];
  for (let left = words[at++]!; left > 0; left--) list.push(item());
  return list;
}

export function flag(): boolean {
  return words[at++] !== 0;
}

export function issues(): Issue[] {
  return list(issue);
}

/** The kind's word holds the code, the severity, and whether there are `expected` and `received`. */
function issue(): Issue {
  const kind = words[at++]!;
  const path: Issue["path"] = [];
  let pointer = "";
  for (let left = words[at++]!; left > 0; left--) {
    const step = words[at++]!;
    if (step & 1) {
      const key = slice(step >>> 1);
      path.push(key);
      pointer += `/${escaped(key)}`;
    } else {
      const segment = step & 2 ? name(step >>> 2) : step >>> 2;
      path.push(segment);
      pointer += `/${segment}`;
    }
  }
  const code = issue_codes[kind & 0xff]!;
  const severity = severities[(kind >>> 8) & 0xff]!;
  const message = text();
  // Mostly there are both, and an object of one shape is made in one step.
  if (kind >>> 16 === 3) return { code, severity, path, pointer, message, expected: text(), received: text(), location: location() };
  const issue = { code, severity, path, pointer, message } as Issue;
  if (kind & 0x10000) issue.expected = text();
  if (kind & 0x20000) issue.received = text();
  issue.location = location();
  return issue;
}

function location(): Issue["location"] {
  return { offset: words[at++]!, line: words[at++]!, column: words[at++]! };
}

/** What a value is: the lowest three bits of its word, the others are its size. */
const LITERAL = 0;
const TEXT = 1;
const SMALL = 2;
const WIDE = 3;
const LEXEME = 4;
const ARRAY = 5;
const OBJECT = 6;

const literals = /* @__PURE__ */ [null, false, true, "", ...verdicts];

/** A JSON value, equal to what `JSON.parse` makes of it. */
export function value(): JsonValue {
  const word = words[at++]!;
  const size = word >>> 3;
  switch (word & 7) {
    case LITERAL:
      return literals[size]!;
    case TEXT:
      return slice(size);
    case SMALL:
      return size;
    case WIDE: {
      const low = words[at++]!;
      const whole = words[at++]! * 0x1_0000_0000 + low;
      return size === 0 ? whole : -whole;
    }
    case LEXEME:
      return Number(slice(size));
    case ARRAY: {
      const array: JsonValue[] = [];
      for (let left = size; left > 0; left--) array.push(value());
      return array;
    }
    case OBJECT:
      return grown({}, size);
    default:
      return declared(size);
  }
}

/** The declared objects, at the numbers of their first fields. */
const shapesByFirst = /* @__PURE__ */ shapes.reduce<(typeof shapes)[number][]>((all, shape) => {
  all[shape[0]] = shape;
  return all;
}, []);

/** The names of declared fields at their numbers: those of objects of which one has been asked for. */
const known: string[] = [];

/** The name of a declared field. */
function name(field: number): string {
  if (known[field] === undefined) {
    const shape = shapes.filter(([first]) => first <= field).at(-1)!;
    names(shape).forEach((name, place) => (known[shape[0] + place] = name));
  }
  return known[field]!;
}

/** An object that begins with so many fields in the order of the declaration, whose keys are not told one by one. */
function declared(count: number): Record<string, JsonValue> {
  const first = words[at++]!;
  const others = words[at++]!;
  const shape = shapesByFirst[first];
  const isUsual = shape !== undefined && shape[1] <= count;
  const object = isUsual ? shape[2](value) : {};
  for (let field = isUsual ? shape[1] : 0; field < count; field++) object[name(first + field)] = value();
  return grown(object, others);
}

/** Adds so many members to an object: a key's word is a declared name's number and a 1 bit, or the units of its text. */
function grown(object: Record<string, JsonValue>, count: number): Record<string, JsonValue> {
  for (let left = count; left > 0; left--) {
    const word = words[at++]!;
    const key = word & 1 ? name(word >>> 1) : slice(word >>> 1);
    const member = value();
    if (key === "__proto__") {
      // Assignment would set the prototype.
      Object.defineProperty(object, key, { value: member, enumerable: true, configurable: true, writable: true });
    } else {
      object[key] = member;
    }
  }
  return object;
}

export function summary(): Summary {
  return {
    call_id: text(),
    status: optionalText(),
    end_call_reason: optionalText(),
    custom_end_call_reason: optionalText(),
    outcome: { kind: outcomes[words[at++]!]!, rule: outcome_rules[words[at++]!]! },
    started_at: optionalText(),
    timezone: optionalText(),
    duration_seconds: flag() ? number() : null,
    lead: { name: optionalText(), phone_number: optionalText() },
    talk: {
      turns: words[at++]!,
      lines: words[at++]!,
      words: words[at++]!,
      truncated: flag(),
      first: speaker(),
      last: speaker(),
      bot: share(),
      human: share(),
    },
    answers: list(() => ({ action: text(), key: text(), question: optionalText(), value: value(), found: flag() })),
    actions: {
      total: words[at++]!,
      relevant: words[at++]!,
      failed: list(() => ({ name: text(), action_type: text(), error: text() })),
    },
    analysis: flag()
      ? {
          passed: words[at++]!,
          partial: words[at++]!,
          failed: words[at++]!,
          not_applicable: words[at++]!,
          findings: list(() => ({ criterion: text(), verdict: verdicts[words[at++]!]!, feedback: text() })),
          overview: optionalText(),
        }
      : null,
    variables: grown({}, words[at++]!),
    recording_url: optionalText(),
    external_id: optionalText(),
    model_id: optionalText(),
    headline: text(),
  };
}

function share(): Share {
  return { turns: words[at++]!, lines: words[at++]!, words: words[at++]!, share: number() };
}

function speaker(): Turn["speaker"] {
  return speakers[words[at++]! - 1] ?? null;
}

/** The turns of a transcript. A line's text is a part of the transcript. */
export function turns(transcript: string): Turn[] {
  const line = (): Turn["lines"][number] => {
    const start = words[at++]!;
    const end = words[at++]!;
    const from = words[at++]!;
    return { text: transcript.slice(from, words[at++]!), start, end };
  };
  return list(() => ({ speaker: speaker(), lines: list(line) }));
}

/** A key as part of a JSON Pointer. */
function escaped(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}
