import { encoder } from "./engine.js";
import type { Issue, Location } from "./issue.js";
import { kindOf } from "./kind.js";
import type { IssueCode } from "./tables.js";

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

const ACCEPTED = "pass the payload as a Uint8Array, ArrayBuffer, string of JSON or parsed object";

const BODY = "pass what its `arrayBuffer()` gives";

/** What to do with an object that is no parsed JSON, where that is a likely slip. Their JSON would be `{}`. */
const SLIPS: Record<string, string> = {
  Request: BODY,
  Response: BODY,
  Blob: BODY,
  File: BODY,
  Promise: "await it first",
  ReadableStream: "read it first",
  SharedArrayBuffer: "pass a Uint8Array over it",
  Map: "pass a plain object",
  Set: "pass a plain object",
};

/**
 * The input as bytes or text. Throws a `TypeError` for what is neither and no parsed JSON, and what `unwritable` takes
 * for an object beyond the engine's own limits.
 *
 * @internal
 */
export function textOrBytes(input: unknown): Uint8Array | string {
  if (typeof input === "string") return input;
  if (typeof input !== "object" || input === null) {
    throw new TypeError(`postcall: got ${input === null ? "null" : typeof input}; ${ACCEPTED}`);
  }
  if (ArrayBuffer.isView(input) && input instanceof Uint8Array && input.length > 0) return input;
  const kind = examined(() => kindOf(input));
  if (kind === (ArrayBuffer.isView(input) ? "Uint8Array" : "ArrayBuffer")) return bytesOf(input as ArrayBuffer);
  const slip = ArrayBuffer.isView(input) ? ACCEPTED : Object.hasOwn(SLIPS, kind) && SLIPS[kind];
  if (slip) throw new TypeError(`postcall: got a ${kind}; ${slip}`);
  return examined(() => JSON.stringify(input)) ?? misuse(undefined);
}

/**
 * The bytes of a view or a buffer. Throws a `TypeError` where the buffer has been transferred away.
 *
 * @internal
 */
export function bytesOf(input: ArrayBuffer | ArrayBufferView): Uint8Array {
  const { buffer = input as ArrayBuffer, byteOffset, byteLength } = input as ArrayBufferView;
  try {
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw new TypeError("postcall: got a detached buffer; pass the bytes before it is", { cause: error });
  }
}

/** What is found out about an object. A cycle, a BigInt, a revoked proxy or a getter that throws is misuse. */
function examined<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    // The limits of the engine are none of the caller's making. Firefox calls its own InternalError.
    if (error instanceof Error && /^(Range|Internal)E/.test(error.name)) throw error;
    return misuse(error);
  }
}

function misuse(cause: unknown): never {
  throw new TypeError(`postcall: got an object that cannot be written as JSON; ${ACCEPTED}`, { cause });
}

/**
 * The issue of an object that `textOrBytes` failed to write: the engine has no room for it on its stack, or in a string.
 * Throws the error of misuse.
 *
 * @internal
 */
export function unwritable(error: unknown): Issue {
  if (error instanceof TypeError) throw error;
  return refusal("too_deep", "too deep or too large to be written as JSON");
}

/**
 * An error about the document as a whole, found without the module.
 *
 * @internal
 */
export function refusal(code: IssueCode, message: string, location: Location = { offset: 0, line: 1, column: 1 }): Issue {
  return { code, severity: "error", path: [], pointer: "", message, location };
}

/**
 * The issue of an input that is longer than `max_bytes`, as the module would give it: at the first byte too many. Only
 * this way is a long input refused before it is copied into the module's memory, which never shrinks.
 *
 * @internal
 */
export function tooLarge(input: Uint8Array | string, max_bytes: number): Issue {
  let bytes = input as Uint8Array;
  let column = 1;
  let end = max_bytes;
  if (typeof input === "string") {
    bytes = new Uint8Array(max_bytes);
    const { written } = encoder.encodeInto(input, bytes);
    // The character that the bound cuts in two counts, as it does where the input is bytes.
    if (written < max_bytes) column++;
    end = written;
  }
  // A copy: browsers decode no memory that threads share. A byte order mark is no column at the beginning of the input,
  // and a character anywhere else.
  const text = new TextDecoder().decode(new Uint8Array(bytes.subarray(0, end)));
  let line = 1;
  let start = 0;
  for (let next: number; (next = text.indexOf("\n", start) + 1) > 0; start = next) line++;
  return refusal("too_large", "more bytes than `max_bytes` allows", { offset: max_bytes, line, column: column + text.length - start });
}
