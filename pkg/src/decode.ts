import type { Engine } from "./engine.js";
import type { Issue } from "./issue.js";
import type { JsonValue } from "./payload.js";
import type { Analysis, Line, Share, Summary, Talk, Turn } from "./summary.js";
import { issue_codes, names, outcome_rules, outcomes, severities, shapes, speakers, verdicts } from "./tables.js";

// The layout is written by src/js/flat.rs, word by word in the order in which it is read here.
//
// A buffer begins with the address and the length of the arena: the bytes of all its strings, one after the other. The
// arena is decoded once; a string is then the next so many UTF-16 units of it, and its word in the buffer is their number.

// INVARIANT: a byte order mark at the beginning of the arena belongs to the first string.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a value is: the lowest three bits of its word, the others are its size. */
const LITERAL = 0;
const TEXT = 1;
const SMALL = 2;
const WIDE = 3;
const LEXEME = 4;
const ARRAY = 5;

/** Reads a flat buffer from front to back, into plain objects. */
export class Reader {
  readonly #words: Uint32Array;
  readonly #arena: string;
  #at: number;
  #cut = 0;
  /** The word of the key that a shape has next; below zero that of one that did not come. */
  #expected = 0;

  constructor(engine: Engine, address: number) {
    this.#words = engine.words;
    this.#at = address >>> 2;
    const start = this.#word();
    const length = this.#word();
    this.#arena = length === 0 ? "" : decoder.decode(engine.bytes.subarray(start, start + length));
  }

  #word(): number {
    return this.#words[this.#at++]!;
  }

  #slice(units: number): string {
    return this.#arena.slice(this.#cut, (this.#cut += units));
  }

  #text(): string {
    return this.#slice(this.#word());
  }

  /** A text that may be absent: 0, or one more than its units. */
  #optionalText(): string | null {
    const units = this.#word();
    return units === 0 ? null : this.#slice(units - 1);
  }

  #number(): number {
    float.words[0] = this.#word();
    float.words[1] = this.#word();
    return float.value[0]!;
  }

  /** A list: its length, then the items. */
  #list<T>(item: () => T): T[] {
    const list: T[] = [];
    for (let left = this.#word(); left > 0; left--) list.push(item());
    return list;
  }

  flag(): boolean {
    return this.#word() !== 0;
  }

  issues(): Issue[] {
    const issues: Issue[] = [];
    for (let left = this.#word(); left > 0; left--) issues.push(this.#issue());
    return issues;
  }

  /** The kind's word holds the code, the severity, and whether there are `expected` and `received`. */
  #issue(): Issue {
    const kind = this.#word();
    const path: Issue["path"] = [];
    let pointer = "";
    for (let left = this.#word(); left > 0; left--) {
      const step = this.#word();
      const segment = step & 1 ? this.#slice(step >>> 1) : step >>> 1;
      path.push(segment);
      pointer += `/${typeof segment === "string" ? escaped(segment) : segment}`;
    }
    const issue: Issue = {
      code: issue_codes[kind & 0xff]!,
      severity: severities[(kind >>> 8) & 0xff]!,
      path,
      pointer,
      message: this.#text(),
    } as Issue;
    if (kind & 0x10000) issue.expected = this.#text();
    if (kind & 0x20000) issue.received = this.#text();
    issue.location = { offset: this.#word(), line: this.#word(), column: this.#word() };
    return issue;
  }

  /** A JSON value, equal to what `JSON.parse` makes of it. */
  value(): JsonValue {
    const word = this.#word();
    const size = word >>> 3;
    switch (word & 7) {
      case LITERAL:
        return size === 0 ? null : size === 2;
      case TEXT:
        return this.#slice(size);
      case SMALL:
        return size;
      case WIDE: {
        const low = this.#word();
        const whole = this.#word() * 0x1_0000_0000 + low;
        return size === 0 ? whole : -whole;
      }
      case LEXEME:
        return Number(this.#slice(size));
      case ARRAY: {
        const array: JsonValue[] = [];
        for (let left = size; left > 0; left--) array.push(this.value());
        return array;
      }
      default:
        return this.#members(size);
    }
  }

  /** The members of an object: a key's word is a declared name's number and a 1 bit, or the units of its text. */
  #members(count: number): Record<string, JsonValue> {
    const word = this.#words[this.#at]!;
    const [, length, make] = shapes.find(([first, length]) => 2 * first + 1 === word && length <= count) ?? [];
    if (!make) return this.#grow({}, count);
    this.#expected = word;
    const object = make(this.#next);
    if (this.#expected > 0) return this.#grow(object, count - length!);
    // Another order than the usual one: what was read is right, what follows is not.
    const read = (-this.#expected - word) / 2;
    return this.#grow(Object.fromEntries(Object.entries(object).slice(0, read)), count - read);
  }

  /** The value of the next member, if that is the one that is expected. All that follow one that is not are null. */
  readonly #next = (): JsonValue => {
    const expected = this.#expected;
    if (this.#words[this.#at] !== expected) {
      this.#expected = -Math.abs(expected);
      return null;
    }
    this.#at++;
    const value = this.value();
    // A number's bit is the lowest one of its word.
    this.#expected = expected + 2;
    return value;
  };

  /** Adds so many members to an object. */
  #grow(object: Record<string, JsonValue>, count: number): Record<string, JsonValue> {
    for (let left = count; left > 0; left--) {
      const word = this.#word();
      const key = word & 1 ? names[word >>> 1]! : this.#slice(word >>> 1);
      const value = this.value();
      if (key === "__proto__") {
        // Assignment would set the prototype.
        Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
      } else {
        object[key] = value;
      }
    }
    return object;
  }

  summary(): Summary {
    return {
      call_id: this.#text(),
      status: this.#optionalText(),
      end_call_reason: this.#optionalText(),
      custom_end_call_reason: this.#optionalText(),
      outcome: { kind: outcomes[this.#word()]!, rule: outcome_rules[this.#word()]! },
      started_at: this.#optionalText(),
      timezone: this.#optionalText(),
      duration_seconds: this.flag() ? this.#number() : null,
      lead: { name: this.#optionalText(), phone_number: this.#optionalText() },
      talk: this.#talk(),
      answers: this.#list(() => ({
        action: this.#text(),
        key: this.#text(),
        question: this.#optionalText(),
        value: this.value(),
        found: this.flag(),
      })),
      actions: {
        total: this.#word(),
        relevant: this.#word(),
        failed: this.#list(() => ({ name: this.#text(), action_type: this.#text(), error: this.#text() })),
      },
      analysis: this.flag() ? this.#analysis() : null,
      variables: this.#members(this.#word()),
      recording_url: this.#optionalText(),
      external_id: this.#optionalText(),
      model_id: this.#optionalText(),
      headline: this.#text(),
    };
  }

  #talk(): Talk {
    return {
      turns: this.#word(),
      lines: this.#word(),
      words: this.#word(),
      truncated: this.flag(),
      first: this.#speaker(),
      last: this.#speaker(),
      bot: this.#share(),
      human: this.#share(),
    };
  }

  #share(): Share {
    return { turns: this.#word(), lines: this.#word(), words: this.#word(), share: this.#number() };
  }

  #speaker(): Turn["speaker"] {
    return speakers[this.#word() - 1] ?? null;
  }

  #analysis(): Analysis {
    return {
      passed: this.#word(),
      partial: this.#word(),
      failed: this.#word(),
      not_applicable: this.#word(),
      findings: this.#list(() => ({ criterion: this.#text(), verdict: verdicts[this.#word()]!, feedback: this.#text() })),
      overview: this.#optionalText(),
    };
  }

  /** The turns of a transcript. A line's text is a part of the transcript. */
  turns(transcript: string): Turn[] {
    const line = (): Line => {
      const start = this.#word();
      const end = this.#word();
      const from = this.#word();
      const to = this.#word();
      return { text: transcript.slice(from, to), start, end };
    };
    return this.#list(() => ({ speaker: this.#speaker(), lines: this.#list(line) }));
  }
}

/** Two words, read as the 64-bit float that they are. WebAssembly is little-endian, and so is every engine's host. */
const float = (() => {
  const value = new Float64Array(1);
  return { value, words: new Uint32Array(value.buffer) };
})();

/** A key as part of a JSON Pointer. */
function escaped(key: string): string {
  return /[~/]/.test(key) ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key;
}
