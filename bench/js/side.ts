// One side of the comparison: every job, from bytes and from text.

import type { PostCall } from "../edge/schema.js";
import { summarize, type Summary } from "../edge/summary.js";
import type { Peer } from "./peers/peer.js";
import { type Way, WAYS } from "./ways.js";

export type Input = Uint8Array | string;

export interface Side {
  /** The summary of a payload; null where it is none. */
  summary(input: Input): object | null;
  verdict(input: Input): boolean;
  issues(input: Input): readonly unknown[];
  /** The payload; null where it is none. */
  object(input: Input): unknown;
  /** The same with the list of all that was found in it, by those who have one of a valid payload. */
  listed(input: Input): unknown;
  /** The summaries of NDJSON, one for each line. */
  lines(bytes: Uint8Array): Promise<(object | null)[]> | (object | null)[];
  /** Where the issues are that make a payload invalid: JSON Pointers in their order, each once. */
  pointers(issues: readonly unknown[]): string[];
  note: string | undefined;
}

export const sorted = (pointers: Iterable<string>): string[] => [...new Set(pointers)].sort();

/** A validator, with what a team would write around it. `way` is how bytes become text. */
export function side({ check, is, issues, pointer, note }: Peer, way: Way): Side {
  const decode = WAYS[way];
  /** The value; undefined where the text is no JSON. */
  const read = (input: Input): unknown => {
    try {
      return JSON.parse(typeof input === "string" ? input : decode(input));
    } catch {
      return undefined;
    }
  };
  const payload = (input: Input): PostCall | undefined => {
    const value = read(input);
    return value === undefined ? undefined : check(value);
  };
  const summary = (input: Input): Summary | null => {
    const call = payload(input);
    return call === undefined ? null : summarize(call);
  };
  return {
    summary,
    verdict(input) {
      const value = read(input);
      return value !== undefined && is(value);
    },
    issues: (input) => issues(read(input)),
    object: (input) => payload(input) ?? null,
    listed: (input) => payload(input) ?? null,
    lines: (bytes) => decode(bytes).trimEnd().split("\n").map(summary),
    pointers: (found) => sorted(found.map((issue) => pointer(issue as never))),
    note: note?.(),
  };
}
