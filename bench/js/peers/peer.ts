// What a validator brings to the comparison: a module of these.

import type { PostCall } from "../../edge/schema.js";

export interface Peer {
  /** The payload, if the value is one. */
  check(value: unknown): PostCall | undefined;
  /** The same, for those who ask for nothing else. */
  is(value: unknown): boolean;
  /** Everything that is wrong, as the library tells it. */
  issues(value: unknown): readonly unknown[];
  /** Where an issue is, as a JSON Pointer. */
  pointer(issue: never): string;
  /** What is to be known of how it runs on this host, asked for before it is used for the first time. */
  note?(): string | undefined;
}

/** A path of keys as a JSON Pointer. */
export const joined = (path: readonly PropertyKey[]): string => path.map((key) => `/${String(key)}`).join("");

/** For validators that make code of a schema: a note where the host, at this moment, makes no code of text. */
export function uncompiled(): string | undefined {
  try {
    return new Function("return undefined")() as undefined;
  } catch {
    return "not compiled, for want of `eval`";
  }
}
