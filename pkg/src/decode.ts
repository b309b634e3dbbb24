import type { Engine } from "./engine.js";
import type { Issue } from "./issue.js";
import type { JsonValue } from "./payload.js";
import type { Share, Summary, Turn } from "./summary.js";
import { issue_codes, outcome_rules, outcomes, severities, speakers, verdicts } from "./tables.js";

// The layout is written by src/js/flat.rs, word by word in the order in which it is read here.
//
// A buffer begins with the address and the length of the arena: the bytes of all its strings, one after the other. The
// arena is decoded once; a string is then the next so many UTF-16 units of it, and its word in the buffer is their number.
//
// What is being read are variables of the module: engines reach them in fewer steps than the fields of an object, and one
// buffer is read at a time, from front to back.

let engine: Engine;
let words: Uint32Array;
let at = 0;
let arena = "";
let cut = 0;

// INVARIANT: a byte order mark at the beginning of a text belongs to it, as it does to the units that are counted.
// What is decoded is clean Unicode. `fatal` because Node 24 loses memory by texts beyond Latin-1 without it.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** So many bytes of the memory as a text. */
export function decoded(address: number, length: number): string {
  return length === 0 ? "" : decoder.decode(engine.bytes.subarray(address, address + length));
}

/** Begins to read the buffer at an address. */
export function open(opened: Engine, address: number): void {
  engine = opened;
  words = engine.words;
  at = (address >>> 2) + 2;
  arena = decoded(words[at - 2]!, words[at - 1]!);
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
  return slice(word());
}

/** Words of the binary's own, or 0, and a text. */
function own(): string {
  const place = word();
  return place === 0 ? text() : standing(place);
}

/** Words of the binary's own: their address, length, and whether they are a name in backticks. They are read once. */
function standing(place: number): string {
  let said = engine.own.get(place);
  if (said === undefined) {
    said = decoded(place & 0x1fffff, (place >>> 21) & 0xff);
    if (place >>> 29) said = `\`${said}\``;
    engine.own.set(place, said);
  }
  return said;
}

/** A text that may be absent: 0, or one more than its units. */
function optionalText(): string | null {
  const units = word();
  return units === 0 ? null : slice(units - 1);
}

/** Two words, read as the 64-bit float that they are. WebAssembly is little-endian, and so is every engine's host. */
const halves = new Uint32Array(2);
const float = new Float64Array(halves.buffer);

function number(): number {
  halves[0] = word();
  halves[1] = word();
  return float[0]!;
}

/** A list: its length, then the items. */
function list<T>(item: () => T): T[] {
  const list: T[] = [];
  for (let left = word(); left > 0; left--) list.push(item());
  return list;
}

export function word(): number {
  return words[at++]!;
}

export function flag(): boolean {
  return word() !== 0;
}

export function issues(): Issue[] {
  return list(issue);
}

/** The kind's word holds the code, the severity, and whether there are `expected` and `received`. */
function issue(): Issue {
  const kind = word();
  const path: Issue["path"] = [];
  let pointer = "";
  for (let left = word(); left > 0; left--) {
    const step = word();
    const segment = step & 1 ? slice(step >>> 1) : step & 2 ? standing(step >>> 2) : step >>> 2;
    path.push(segment);
    pointer += `/${step & 1 ? escaped(segment as string) : segment}`;
  }
  const code = issue_codes[kind & 0xff]!;
  const severity = severities[(kind >>> 8) & 0xff]!;
  let message = "";
  for (let left = word(); left > 0; left--) message += own();
  const issue = { code, severity, path, pointer, message } as Issue;
  if (kind & 0x10000) issue.expected = own();
  if (kind & 0x20000) issue.received = own();
  issue.location = { offset: word(), line: word(), column: word() };
  return issue;
}

/** A JSON value: 0 for `null`, or the units of its spelling. */
function value(): JsonValue {
  const spelled = text();
  return spelled === "" ? null : JSON.parse(spelled);
}

/** Adds a member to an object. */
export function put(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    // Assignment would set the prototype.
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}

export function summary(): Summary {
  return {
    call_id: text(),
    status: optionalText(),
    end_call_reason: optionalText(),
    custom_end_call_reason: optionalText(),
    outcome: { kind: outcomes[word()]!, rule: outcome_rules[word()]! },
    started_at: optionalText(),
    timezone: optionalText(),
    duration_seconds: flag() ? number() : null,
    lead: { name: optionalText(), phone_number: optionalText() },
    talk: {
      turns: word(),
      lines: word(),
      words: word(),
      truncated: flag(),
      first: speaker(),
      last: speaker(),
      bot: share(),
      human: share(),
    },
    answers: list(() => ({ action: text(), key: text(), question: optionalText(), value: value(), found: flag() })),
    actions: {
      total: word(),
      relevant: word(),
      failed: list(() => ({ name: text(), action_type: text(), error: text() })),
    },
    analysis: flag()
      ? {
          passed: word(),
          partial: word(),
          failed: word(),
          not_applicable: word(),
          findings: list(() => ({ criterion: text(), verdict: verdicts[word()]!, feedback: text() })),
          overview: optionalText(),
        }
      : null,
    variables: variables(),
    recording_url: optionalText(),
    external_id: optionalText(),
    model_id: optionalText(),
    headline: text(),
  };
}

function variables(): Summary["variables"] {
  const variables = {};
  for (let left = word(); left > 0; left--) put(variables, text(), value());
  return variables;
}

function share(): Share {
  return { turns: word(), lines: word(), words: word(), share: number() };
}

function speaker(): Turn["speaker"] {
  return speakers[word() - 1] ?? null;
}

/** The turns of a transcript. A line's text is a part of the transcript. */
export function turns(transcript: string): Turn[] {
  const line = (): Turn["lines"][number] => {
    const start = word();
    const end = word();
    const from = word();
    return { text: transcript.slice(from, word()), start, end };
  };
  return list(() => ({ speaker: speaker(), lines: list(line) }));
}

/** A key as part of a JSON Pointer. */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
