// node rounds.mjs <module>: times the plan of bench/ inside one WebAssembly module, and measures its memory. A process of
// its own, so that nothing else of this program is in its way; its last line is JSON.

import { readFileSync } from "node:fs";

const WARM_UP_SECONDS = 0.3; // until the engine has compiled what is called for speed

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const host = { now: () => performance.now() };
const instance = () => new WebAssembly.Instance(module, { host }).exports;

/** What an instance told, the bytes at an address, copied. */
const told = (core, address) => new Uint8Array(core.memory.buffer, address >>> 0, core.bench_told()).slice();

/** The seconds of both sides of a comparison in each of its rounds. */
function rounds(core, isSize, index, { samples }) {
  core.bench_begin(isSize ? 1 : 0, index, WARM_UP_SECONDS);
  return Array.from({ length: samples }, () => {
    core.bench_round();
    return [core.bench_time(0), core.bench_time(1)];
  });
}

/** The bytes that a new instance's memory grows by when it reads a payload for the first time. */
function growth(payload, isSummary) {
  const core = instance();
  const address = core.bench_reserve(isSummary ? 1 : 0, payload.length) >>> 0;
  new Uint8Array(core.memory.buffer, address, payload.length).set(payload);
  const before = core.memory.buffer.byteLength;
  core.bench_read();
  return core.memory.buffer.byteLength - before;
}

const core = instance();
core.bench_check();
const plan = JSON.parse(new TextDecoder().decode(told(core, core.bench_plan())));
const measured = (list, isSize) =>
  list.map((comparison, index) => {
    console.log(comparison.name);
    return rounds(core, isSize, index, comparison);
  });
const comparisons = measured(plan.comparisons, false);
const sizes = measured(plan.sizes, true);
const memory = plan.memory.map((input, index) => {
  console.log(`memory: ${input}`);
  const maker = instance();
  const payload = told(maker, maker.bench_payload(index));
  return { input, bytes: payload.length, validate: growth(payload, false), summarize: growth(payload, true) };
});
console.log(JSON.stringify({ version: process.versions.node, plan, comparisons, sizes, memory }));
