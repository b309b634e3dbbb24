import { decoded, put, word } from "./decode.js";
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
// `field` is of a key the number of the field that it names, plus one, or 0; of an object 1 where it begins with all fields
// that are usually there, in the order of the declaration. Texts are cut out of the input, so that nothing is copied twice.

const literals = [null, false, true];
const NUMBER = 3;
const STRING = 4;
const OBJECT = 6;
const WITH_ESCAPES = 0x100;

/** The names of declared fields that have been read, at their numbers plus one. */
const names: string[] = [];

let words: Uint32Array;
let at = 0;
/** Where the first node is. */
let root = 0;
let source = "";

/** The payload, whose tape is where the answer says next, read from an input of so many bytes. */
export function payload(engine: Engine, input: Uint8Array | string, length: number): PostCall {
  words = engine.words;
  root = word() >>> 2;
  // What the engine was given is decoded, not what the caller holds: that may be memory which is shared.
  source = typeof input === "string" ? input : decoded(engine.address, length);
  const payload = value(root) as PostCall;
  source = "";
  return payload;
}

/** The JSON value of a node, equal to what `JSON.parse` makes of it. */
function value(node: number): JsonValue {
  at = node + 4;
  const about = words[node + 3]!;
  const kind = about & 0xff;
  if (kind === STRING) return text(node, about);
  if (kind < NUMBER) return literals[kind]!;
  if (kind === NUMBER) return Number(source.slice(words[node], words[node + 1]));
  const end = root + words[node + 2]! * 4;
  if (kind === OBJECT) return object(end, about >>> 16 > 0);
  const array: JsonValue[] = [];
  while (at < end) array.push(value(at));
  return array;
}

function text(node: number, about: number): string {
  const start = words[node]!;
  const end = words[node + 1]!;
  return about & WITH_ESCAPES ? JSON.parse(source.slice(start, end)) : source.slice(start + 1, end - 1);
}

/** The value behind a key. */
function member(): JsonValue {
  return value(at + 4);
}

/** An object that may begin with its usual fields, up to the node behind it. */
function object(end: number, isUsual: boolean): Record<string, JsonValue> {
  const object = (isUsual && shapes[words[at + 3]! >>> 16]?.(member)) || {};
  while (at < end) {
    const about = words[at + 3]!;
    const field = about >>> 16;
    if (field > 0) object[(names[field] ??= text(at, about))] = member();
    else put(object, text(at, about), member());
  }
  return object;
}
