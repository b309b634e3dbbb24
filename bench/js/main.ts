// What every host runs: the answers compared, then each cell of the tables timed.

import arktype from "#side/arktype";
import ajv from "#side/ajv";
import json from "#side/json";
import typebox from "#side/typebox";
import typia from "#side/typia";
import valibot from "#side/valibot";
import zod from "#side/zod";
import { compare, inputs } from "./answers.js";
import { ours } from "./ours.js";
import { call, ndjson, SIZES, spoiled } from "./payloads.js";
import { rounds, type Settings } from "./rounds.js";
import type { Input, Side } from "./side.js";
import { type Way, WAYS } from "./ways.js";

const PEERS = { ajv, typia, typebox, arktype, zod, valibot, "JSON.parse": json };

/** What is asked of a payload. Where nothing is checked there is neither a verdict nor a list of issues. */
const JOBS = {
  summary: { run: (side: Side, input: Input) => side.summary(input), is_bad: false, checks: false },
  verdict: { run: (side: Side, input: Input) => side.verdict(input), is_bad: false, checks: true },
  issues: { run: (side: Side, input: Input) => side.issues(input), is_bad: true, checks: true },
  object: { run: (side: Side, input: Input) => side.object(input), is_bad: false, checks: false },
  listed: { run: (side: Side, input: Input) => side.listed(input), is_bad: false, checks: false },
} as const;

export interface Cell { job: keyof typeof JOBS | "ndjson"; size: string; input: "bytes" | "string" }

/** Every cell, in the order of the tables. */
export const CELLS: readonly Cell[] = [
  ...(Object.keys(JOBS) as (keyof typeof JOBS)[]).flatMap((job) =>
    SIZES.flatMap(({ size }) => (["bytes", "string"] as const).map((input) => ({ job, size, input })))),
  { job: "ndjson", size: "1,000 lines", input: "bytes" },
];

/** The sizes at which our time is shown beside that of `JSON.parse`, in bytes. */
export const SCALE = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000];

const quantile = (times: number[], share: number): number => [...times].sort((a, b) => a - b)[Math.round(share * (times.length - 1))]!;

/** Which way from bytes to text is the fastest here. */
async function fastest(settings: Settings): Promise<Way> {
  const { bytes } = inputs(SIZES[1]!.text);
  const ways = Object.entries(WAYS) as [Way, (bytes: Uint8Array) => string][];
  const times = await rounds(Object.fromEntries(ways.map(([name, decode]) => [name, () => JSON.parse(decode(bytes)) as unknown])), settings);
  return ways.map(([name]) => name).sort((a, b) => quantile(times[a]!, 0.2) - quantile(times[b]!, 0.2))[0]!;
}

/** Everything ready: the sides, whose answers agree. */
export async function prepare(module: WebAssembly.Module, settings: Settings) {
  const way = await fastest(settings);
  const own = await ours(module);
  const peers = Object.fromEntries(Object.entries(PEERS).map(([name, peer]) => [name, peer(way)]));
  const compared = await compare(own, peers);
  const notes = Object.entries(peers).flatMap(([name, { note }]) => (note === undefined ? [] : [[name, note]]));

  /** The milliseconds of every side in each round of a cell. */
  async function measure({ job, size, input }: Cell): Promise<Record<string, number[]>> {
    const sides = Object.entries({ ours: own, ...peers });
    if (job === "ndjson") {
      const lines = ndjson();
      const jobs = sides.map(([name, side]) => [name, () => side.lines(lines)]);
      return rounds(Object.fromEntries(jobs), settings);
    }
    const { run, is_bad, checks } = JOBS[job];
    const { text } = SIZES.find((each) => each.size === size)!;
    const given = inputs(is_bad ? spoiled(text) : text)[input];
    const jobs = sides.filter(([name]) => !checks || name !== "JSON.parse").map(([name, side]) => [name, () => run(side, given)]);
    return rounds(Object.fromEntries(jobs), settings);
  }

  /** The milliseconds of ours and of `JSON.parse` with a call of so many bytes. */
  async function scale(size: number): Promise<{ bytes: number; times: Record<string, number[]> }> {
    const { bytes } = inputs(call(size));
    const jobs = { verdict: () => own.verdict(bytes), summary: () => own.summary(bytes), object: () => own.object(bytes), "JSON.parse": () => peers["JSON.parse"]!.object(bytes) };
    return { bytes: bytes.length, times: await rounds(jobs, settings) };
  }

  return { way, compared, notes, measure, scale };
}
