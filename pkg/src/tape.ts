import { decoded, name, put, word } from "./decode.js";
import type { Engine } from "./engine.js";
import type { JsonValue, PostCall } from "./payload.js";
import { shapes } from "./tables.js";

// The tape is written by src/scan.rs, and src/tape.rs says what is on it: nodes of four words, a key's before its value's.
//
// | word | what it holds |
// |---|---|
// | 0, 1 | where the value begins and ends in the input's text, in UTF-16 units; of containers the beginning alone |
// | 2 | containers: the number of the node behind them |
// | 3 | from the lowest byte on: the kind, flags, and in two bytes `field` |
//
// `field` is of a key the number of the field that it names, plus one, or 0; of an object how many fields it begins with
// in the order of the declaration. Texts are cut out of the input, so that nothing is copied twice.

const literals = [null, false, true];
const NUMBER = 3;
const STRING = 4;
const OBJECT = 6;
const WITH_ESCAPES = 0x100;

let words: Uint32Array;
let at = 0;
/** Where the first node is. */
let root = 0;
let source = "";

/** The payload, whose tape is where the answer says next, read from an input of so many bytes. */
export function payload(engine: Engine, input: Uint8Array | string, length: number): PostCall {
  words = engine.words;
  at = root = word() >>> 2;
  // What the engine was given is decoded, not what the caller holds: that may be memory which is shared.
  source = typeof input === "string" ? input : decoded(engine.address, length);
  const payload = value() as PostCall;
  source = "";
  return payload;
}

/** A JSON value, equal to what `JSON.parse` makes of it. */
function value(): JsonValue {
  const node = at;
  at += 4;
  const about = words[node + 3]!;
  const kind = about & 0xff;
  if (kind === STRING) return text(node);
  if (kind < NUMBER) return literals[kind]!;
  if (kind === NUMBER) return Number(source.slice(words[node], words[node + 1]));
  const end = root + words[node + 2]! * 4;
  if (kind === OBJECT) return object(end, about >>> 16);
  const array: JsonValue[] = [];
  while (at < end) array.push(value());
  return array;
}

function text(node: number): string {
  const start = words[node]!;
  const end = words[node + 1]!;
  return words[node + 3]! & WITH_ESCAPES ? JSON.parse(source.slice(start, end)) : source.slice(start + 1, end - 1);
}

/** The value behind a key. */
function member(): JsonValue {
  at += 4;
  return value();
}

/** An object that begins with so many fields in the order of the declaration, up to the node behind it. */
function object(end: number, lead: number): Record<string, JsonValue> {
  const key = words[at + 3]! >>> 16;
  const shape = shapes.find(([first, length]) => first === key - 1 && length <= lead);
  const object = shape ? shape[2](member) : {};
  while (at < end) {
    const field = words[at + 3]! >>> 16;
    put(object, field > 0 ? name(field - 1) : text(at), member());
  }
  return object;
}
