import { close, flag, issues, open, summary, turns } from "./decode.js";
import { type Engine, type Job, withEngine } from "./engine.js";
import { type Input, type Options, textOrBytes, tooLarge, unwritable } from "./input.js";
import { type Issue, PostCallError } from "./issue.js";
import type { PostCall } from "./payload.js";
import type { Summary, Turn } from "./summary.js";
import { most_bytes, most_depth } from "./tables.js";
import { payload } from "./tape.js";

/** Whether a payload can be used, and what was found in it. */
export interface ValidateResult {
  /** There is no issue of severity `error`. */
  valid: boolean;
  /** In document order, at most 1,000 and then one `too_many_issues`. */
  issues: Issue[];
}

/** A payload as it stands on the wire, or why it is none. */
export type SafeParseResult =
  | {
      /** The payload is valid. */
      success: true;
      /** The payload. */
      data: PostCall;
      /** What was found, none of it an error. */
      issues: Issue[];
    }
  | {
      /** The payload is not valid. */
      success: false;
      /** What was found: one error at least, or `too_many_issues`. */
      issues: Issue[];
    };

/** A call's summary, or why there is none. */
export type SafeSummarizeResult =
  | {
      /** The payload is valid. */
      success: true;
      /** What the call was. */
      summary: Summary;
      /** What was found, none of it an error. */
      issues: Issue[];
    }
  | {
      /** The payload is not valid. */
      success: false;
      /** What was found: one error at least, or `too_many_issues`. */
      issues: Issue[];
    };

/** Checks a payload. Never throws for a bad one. */
export function validate(input: Input, options?: Options): ValidateResult {
  const { valid, issues } = run(validated, input, options, nothing);
  return { valid, issues };
}

/** A payload, typed and equal to what `JSON.parse` gives, unknown fields included. Throws a `PostCallError`. */
export function parse(input: Input, options?: Options): PostCall {
  return foundIn(usable(input, options));
}

/**
 * The payload, if it is valid, and else all that was found.
 *
 * @internal
 */
export function usable(input: Input, options?: Options): Found<PostCall> {
  const first = run(decided, input, options, payload);
  return first.valid ? first : run(parsed, input, options, payload);
}

/** As `parse`, for those who would rather look than catch. */
export function safeParse(input: Input, options?: Options): SafeParseResult {
  const { valid, issues, found } = run(parsed, input, options, payload);
  return valid ? { success: true, data: found, issues } : { success: false, issues };
}

/** What the call was. Throws a `PostCallError`. */
export function summarize(input: Input, options?: Options): Summary {
  return foundIn(run(summarized, input, options, summary));
}

/** As `summarize`, for those who would rather look than catch. */
export function safeSummarize(input: Input, options?: Options): SafeSummarizeResult {
  const { valid, issues, found } = run(summarized, input, options, summary);
  return valid ? { success: true, summary: found, issues } : { success: false, issues };
}

/** The turns and lines of a transcript. Any text is a transcript. */
export function parseTranscript(text: string): Turn[] {
  if (typeof text !== "string") throw new TypeError(`postcall: got ${typeof text}; pass the transcript as a string`);
  return withEngine((engine) => {
    open(engine, engine.run(transcribed, engine.write(text, Infinity), 0, 0, 0));
    return turns(text);
  });
}

/** Bits of what the module is told beside the numbers. */
const STRICT = 1;
const FROM_TEXT = 2;
/** Errors alone are looked for, and none is told. */
const ERRORS = 4;

const validated: Job = (wasm, length, flags, max_bytes, max_depth) => wasm.validate(length, flags, max_bytes, max_depth);
const parsed: Job = (wasm, length, flags, max_bytes, max_depth) => wasm.parse(length, flags, max_bytes, max_depth);
const decided: Job = (wasm, length, flags, max_bytes, max_depth) => wasm.parse(length, flags | ERRORS, max_bytes, max_depth);
const summarized: Job = (wasm, length, flags, max_bytes, max_depth) => wasm.summarize(length, flags, max_bytes, max_depth);
const transcribed: Job = (wasm, length) => wasm.transcript(length);
const nothing = (): void => {};

/** What was found in a valid payload. Throws a `PostCallError` for another. */
function foundIn<T>({ valid, issues, found }: Found<T>): T {
  if (!valid) throw new PostCallError(issues);
  return found;
}

type Found<T> = { valid: true; issues: Issue[]; found: T } | { valid: false; issues: Issue[]; found?: never };

/** Has the binary do a job, and reads what it found. */
function run<T>(
  job: Job,
  input: Input,
  options: Options | undefined,
  read: (engine: Engine, given: Uint8Array | string, length: number) => T,
): Found<T> {
  const { strict, max_bytes, max_depth } = options === undefined ? USUAL : bounds(options);
  let given: Uint8Array | string;
  try {
    given = textOrBytes(input);
  } catch (error) {
    return { valid: false, issues: [unwritable(error)] };
  }
  const flags = (strict ? STRICT : 0) | (typeof given === "string" ? FROM_TEXT : 0);
  return withEngine((engine): Found<T> => {
    const length = engine.write(given, max_bytes);
    if (length < 0) return { valid: false, issues: [tooLarge(given, max_bytes)] };
    open(engine, engine.run(job, length, flags, max_bytes, max_depth));
    const valid = flag();
    const listed = issues();
    const found = valid ? read(engine, given, length) : undefined;
    close();
    return { valid, issues: listed, found } as Found<T>;
  });
}

const USUAL = /* @__PURE__ */ bounds({});

/**
 * The options, complete. Throws a `TypeError` for what is none.
 *
 * @internal
 */
export function bounds(options: Options): Required<Options> {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("postcall: pass the options as an object");
  }
  const { strict = false, max_bytes = 16 * 1024 * 1024, max_depth = 128 } = options;
  if (typeof strict !== "boolean") throw new TypeError("postcall: pass `strict` as a boolean");
  for (const [name, value] of Object.entries({ max_bytes, max_depth })) {
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`postcall: pass \`${name}\` as an integer from 0`);
  }
  return { strict, max_bytes: Math.min(max_bytes, most_bytes), max_depth: Math.min(max_depth, most_depth) };
}
