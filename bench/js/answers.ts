// Before anything is timed: all sides answer the same.

import { ndjson, SIZES, spoiled, verdicts } from "./payloads.js";
import type { Input, Side } from "./side.js";

/** A value as text, whatever the order of its keys. */
function canonical(value: unknown): string {
  const ordered = (_: string, each: unknown): unknown =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each;
  return JSON.stringify(value, ordered) ?? "undefined";
}

function expect(what: string, found: unknown, wanted: unknown): void {
  const [got, due] = [canonical(found), canonical(wanted)];
  if (got === due) return;
  let at = 0;
  while (got[at] === due[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 80), at + 80);
  throw new Error(`${what} differs:\n  ${around(got)}\ninstead of\n  ${around(due)}`);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Both kinds of input of a text. The string is one as a body gives it: decoded, and in one piece. */
export function inputs(text: string): { bytes: Uint8Array; string: string } {
  const bytes = encoder.encode(text);
  return { bytes, string: decoder.decode(bytes) };
}

/** Throws where a side answers otherwise than ours. How many answers were compared. */
export async function compare(ours: Side, peers: Record<string, Side>): Promise<number> {
  let compared = 0;
  const same = (what: string, found: unknown, wanted: unknown): void => {
    expect(what, found, wanted);
    compared += 1;
  };
  for (const { size, text } of SIZES) {
    const payload: unknown = JSON.parse(text);
    const bad = spoiled(text);
    for (const [kind, input] of Object.entries<Input>(inputs(text))) {
      const summary = ours.summary(input);
      if (summary === null) throw new Error(`${size} is no payload`);
      same(`ours: the object of ${size}, ${kind}`, ours.object(input), payload);
      same(`ours: the object and the issues of ${size}, ${kind}`, ours.listed(input), payload);
      for (const [name, peer] of Object.entries(peers)) {
        same(`${name}: the summary of ${size}, ${kind}`, peer.summary(input), summary);
        same(`${name}: the object of ${size}, ${kind}`, peer.object(input), payload);
      }
    }
    for (const [kind, input] of Object.entries<Input>(inputs(bad))) {
      const pointers = ours.pointers(ours.issues(input));
      if (pointers.length !== 6) throw new Error(`six faults, and ours are at ${pointers.join(", ")}`);
      for (const [name, peer] of checking(peers)) same(`${name}: the issues of ${size}, ${kind}`, peer.pointers(peer.issues(input)), pointers);
    }
  }
  for (const { name: case_name, text } of verdicts()) {
    for (const input of Object.values(inputs(text))) {
      const verdict = ours.verdict(input);
      same(`ours: whether there is an object of ${case_name}`, ours.object(input) !== null, verdict);
      for (const [name, peer] of checking(peers)) same(`${name}: the verdict of ${case_name}`, peer.verdict(input), verdict);
    }
  }
  const lines = ndjson();
  const summaries = await ours.lines(lines);
  for (const [name, peer] of Object.entries(peers)) same(`${name}: the summaries of NDJSON`, await peer.lines(lines), summaries);
  return compared;
}

/** The peers that check anything. */
const checking = (peers: Record<string, Side>): [string, Side][] => Object.entries(peers).filter(([name]) => name !== "JSON.parse");
