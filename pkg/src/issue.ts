import type { IssueCode, Severity } from "./tables.js";

/** Something about the form of a payload: wrong, odd or new. It names a place and never a value. */
export interface Issue {
  /** What it is. Stable, unlike the message. */
  code: IssueCode;
  /** `error`: the payload cannot be used. `warning`: do not trust this spot. `info`: new or absent, and harmless. */
  severity: Severity;
  /** The way from the root to the place; empty for the document as a whole. */
  path: (string | number)[];
  /** The path as a JSON Pointer (RFC 6901). */
  pointer: string;
  /** What is wrong, for a person: lower case, no full stop. */
  message: string;
  /** What was expected: the name of a type, vocabulary, format or rule; for `invalid_json` what the grammar wants there. */
  expected?: string;
  /**
   * What was found: the name of a type, or the unknown word, cut to 64 characters; for `invalid_json` `end of input`; for
   * `other_shape` the name of the document.
   */
  received?: string;
  /** The place in the input. */
  location: Location;
}

/** A place in the input. */
export interface Location {
  /** Bytes of UTF-8 before the place, from 0. */
  offset: number;
  /** The line, from 1. */
  line: number;
  /** The column, from 1, in UTF-16 units: what an editor shows and what `String.prototype.slice` counts. */
  column: number;
}

/** The messages of issues, as a form wants them. */
export interface FlatIssues {
  /** Those about the document as a whole. */
  form: string[];
  /** Those about a place, by its path with dots. */
  fields: Record<string, string[]>;
}

/**
 * The errors of a payload that is not valid: one at least. Where all of them are beyond the list, it is what says so.
 *
 * @internal
 */
export function errorsAmong(issues: readonly Issue[]): readonly Issue[] {
  const errors = listed(issues).filter(({ severity }) => severity === "error");
  return errors.length > 0 ? errors : issues.slice(-1);
}

/** Thrown by `parse` and `summarize` for a payload that is not valid. */
export class PostCallError extends Error {
  /** Everything that was found, warnings included. */
  declare readonly issues: Issue[];

  /** An error for these issues. */
  constructor(issues: Issue[]) {
    super(`the payload is not valid\n${prettifyIssues(errorsAmong(issues))}`);
    this.issues = issues;
  }

  // Accessors, unlike a property that is set when the script begins, let bundlers leave the class out where it is not used.
  // They lie on the prototype, as the names of the built-in errors do: nothing that a logger would print.
  /** `PostCallError`, unless it is set. */
  override get name(): string {
    return "PostCallError";
  }

  override set name(value: string) {
    Object.defineProperty(this, "name", { value, writable: true });
  }
}

/**
 * The issues as text for a person, one after the other, laid out as zod's `prettifyError` does, with line and column:
 *
 * ```text
 * ✖ `duration` must be a number, not an array
 *   → at call.duration (7:17)
 * ```
 */
export function prettifyIssues(issues: readonly Issue[]): string {
  return listed(issues)
    .map(({ message, path, location: { line, column } }) => {
      const place = `${line}:${column}`;
      return `✖ ${message}\n  → at ${path.length > 0 ? `${dotted(path)} (${place})` : place}`;
    })
    .join("\n");
}

/**
 * The messages by field, as a form wants them: a field's key is its path with dots, `form` has what has no path. It is
 * zod's `flattenError` for a payload in which nearly all lies in `call`: by the whole path, not by its first step.
 */
export function flattenIssues(issues: readonly Issue[]): FlatIssues {
  const form: string[] = [];
  const fields = new Map<string, string[]>();
  for (const { path, message } of listed(issues)) {
    if (path.length === 0) {
      form.push(message);
      continue;
    }
    const key = dotted(path);
    const messages = fields.get(key);
    if (messages) messages.push(message);
    else fields.set(key, [message]);
  }
  // Unlike assignment, this makes a key named `__proto__` a property like any other.
  return { form, fields: Object.fromEntries(fields) };
}

/** The issues, unless they are something else, such as the result that has them. */
function listed(issues: readonly Issue[]): readonly Issue[] {
  if (Array.isArray(issues)) return issues;
  throw new TypeError("postcall: pass issues");
}

/** `call.agents_used[0]`, `executed_actions["book a table"].name` */
function dotted(path: readonly (string | number)[]): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (segment === "" || /[^\w$]/.test(segment)) text += `[${JSON.stringify(segment)}]`;
    else text += text === "" ? segment : `.${segment}`;
  }
  return text;
}
