import type { Issue } from "./issue.js";

/**
 * A payload: the bytes or the text of a JSON document, or what a JSON parser made of one.
 *
 * Bytes are the fastest and the most exact. An object is written as JSON first, so what a parser has lost stays lost:
 * repeated keys, the digits of long numbers; locations are those in that text.
 */
export type Input = Uint8Array | ArrayBuffer | string | object;

/** How a payload is read. */
export interface Options {
  /** Every warning is an error. */
  strict?: boolean;
  /** A longer input is `too_large`; 16 MiB unless told otherwise. */
  max_bytes?: number;
  /** Deeper nesting is `too_deep`; 128 unless told otherwise, 1,024 at most. */
  max_depth?: number;
}

const ACCEPTED = "pass the payload as a Uint8Array, an ArrayBuffer, a string of JSON or an already parsed object";

/** What an object that is no parsed JSON is, where that is a likely slip. Their JSON would be `{}`. */
const SLIPS: Record<string, string> = {
  "[object Request]": "a Request; pass `await request.arrayBuffer()`",
  "[object Response]": "a Response; pass `await response.arrayBuffer()`",
  "[object Blob]": "a Blob; pass `await blob.arrayBuffer()`",
  "[object File]": "a File; pass `await file.arrayBuffer()`",
  "[object Promise]": "a Promise; await it first",
  "[object ReadableStream]": "a stream; read it to its end first",
  "[object SharedArrayBuffer]": "a SharedArrayBuffer; pass a Uint8Array over it",
  "[object Map]": "a Map; pass a plain object",
  "[object Set]": "a Set; pass a plain object",
};

/**
 * The input as bytes or text. Throws a `TypeError` for what is neither and no parsed JSON.
 *
 * @internal
 */
export function textOrBytes(input: unknown): Uint8Array | string {
  if (typeof input === "string") return input;
  if (typeof input !== "object" || input === null) {
    throw new TypeError(`postcall: got ${input === null ? "null" : typeof input}; ${ACCEPTED}`);
  }
  if (ArrayBuffer.isView(input) && input instanceof Uint8Array && input.length > 0) return input;
  // Tags as well as `instanceof`: test runners and frames hand over objects of another realm.
  const tag = Object.prototype.toString.call(input);
  if (ArrayBuffer.isView(input)) {
    if (tag !== "[object Uint8Array]") throw new TypeError(`postcall: got a ${tag.slice(8, -1)}; ${ACCEPTED}`);
    return attached(input as Uint8Array);
  }
  if (tag === "[object ArrayBuffer]") return attached({ buffer: input as ArrayBuffer, length: 0 });
  const slip = SLIPS[tag];
  if (slip) throw new TypeError(`postcall: got ${slip}`);
  return written(input);
}

/** The bytes of a view or a buffer, unless the buffer has been transferred away. */
function attached(input: Uint8Array | { buffer: ArrayBuffer; length: 0 }): Uint8Array {
  if (input.length > 0) return input as Uint8Array;
  try {
    const whole = new Uint8Array(input.buffer);
    return "byteOffset" in input ? input : whole;
  } catch (error) {
    throw new TypeError("postcall: got a detached buffer; pass the bytes before they are transferred", { cause: error });
  }
}

/** A parsed payload as JSON. */
function written(input: object): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(input);
  } catch (error) {
    // The engine's own limits stay what they are; a cycle, a BigInt or a getter that throws is misuse.
    if (error instanceof RangeError) throw error;
    throw new TypeError(`postcall: got an object that cannot be written as JSON; ${ACCEPTED}`, { cause: error });
  }
  if (text === undefined) throw new TypeError(`postcall: got an object that is nothing as JSON; ${ACCEPTED}`);
  return text;
}

/**
 * The issue of an input that is longer than `max_bytes`, as the module would give it: at the first byte too many. Only
 * this way is a long input refused before it is copied into the module's memory, which never shrinks.
 *
 * @internal
 */
export function tooLarge(input: Uint8Array | string, max_bytes: number): Issue {
  let before: Uint8Array;
  let cut = 0;
  if (typeof input === "string") {
    const room = new Uint8Array(max_bytes);
    const { written } = new TextEncoder().encodeInto(input, room);
    before = room.subarray(0, written);
    // The character that the bound cuts in two counts, as it does where the input is bytes.
    cut = written < max_bytes ? 1 : 0;
  } else {
    before = input.subarray(0, max_bytes);
  }
  let line = 1;
  let start = 0;
  for (let end = before.indexOf(10); end >= 0; end = before.indexOf(10, start)) {
    line++;
    start = end + 1;
  }
  // A byte order mark is no column at the beginning of the input, and a character anywhere else.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: start > 0 });
  // A copy: browsers decode no memory that threads share.
  const column = 1 + decoder.decode(new Uint8Array(before.subarray(start))).length + cut;
  return {
    code: "too_large",
    severity: "error",
    path: [],
    pointer: "",
    message: "more bytes than `max_bytes` allows",
    location: { offset: max_bytes, line, column },
  };
}
