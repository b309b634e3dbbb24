// node requests.mjs <peer> <floor>: times the built Worker. First its start, then requests to it under workerd, beside those
// to the Worker in TypeScript (`peer`) and to one that does nothing (`floor`): many short bursts by turns, over kept
// connections, and the CPU that the runtime used meanwhile. A process of its own; its last line is JSON.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { API_TOKEN, SECRET, startWorker, TOKEN } from "../../tests/edge/worker.mjs";
import { at } from "../setup/places.mjs";

const STARTS = 21;
// Runtimes, one after the other, each with all sides in it and one KV for them all: its work is most of a delivery, and it is by as
// much as a tenth faster or slower for as long as a runtime runs. So is each Worker, if by less: of the two that are compared there
// are several in each runtime, and what counts is their mean.
const RUNTIMES = 4;
const STARTED = ["ours", "theirs", "theirs", "ours", "ours", "theirs", "floor"];
const ROUNDS = 8; // in each of them
const REQUESTS = 120; // in a burst: short, so that what else the machine does meets both sides alike
// Until the engine has compiled what is called for speed; a long call is read by what has read a short one before.
const WARM_UP = { summarize: 3_000, long: 500, deliver: 1_200, health: 1_000 };
const AT_A_TIME = 8;

const [, , peer, floor] = process.argv;
const module = readFileSync(at("build", "index_bg.wasm"));
const sample = readFileSync(at("tests", "cases", "documented-shape-compact", "payload.json"), "utf8");
const { call_id } = JSON.parse(sample).call;
/** The same with so much more talk that it has the size of a long call, about 100 KB. */
const long = (() => {
  const payload = JSON.parse(sample);
  payload.call.transcript = payload.call.transcript.repeat(85);
  return JSON.stringify(payload);
})();

/** Milliseconds to compile and to instantiate the module. What it imports is never called by that. */
function start(_, number) {
  // A section of its own each time, for the engine would remember a module that it has compiled.
  const bytes = Buffer.concat([module, Buffer.from([0, 3, 1, 0x78, number])]);
  const began = performance.now();
  const compiled = new WebAssembly.Module(bytes);
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(compiled)) {
    imports[from] ??= {};
    imports[from][name] = kind === "tag" ? new WebAssembly.Tag({ parameters: ["externref"] }) : () => {};
  }
  new WebAssembly.Instance(compiled, imports);
  return performance.now() - began;
}

const vars = { SIGNING_SECRETS: SECRET };
async function startSides() {
  // Without the Worker that Miniflare puts before others, as there is none where they are deployed: what it costs is neither's.
  const modules = { ours: true, theirs: peer, floor };
  const [, ...others] = STARTED.map((side, place) => ({ side, name: `${side}-${place}` }));
  const beside = Object.fromEntries(others.map(({ side, name }) => [name, modules[side]]));
  const runtime = await startWorker({ vars, beside, direct: true });
  const workers = [{ side: STARTED[0], ...runtime }];
  for (const { side, name } of others) workers.push({ side, url: await runtime.beside(name) });
  for (const worker of workers) Object.assign(worker, { cpu: runtime.cpu, kv: runtime.kv, agent: new Agent({ keepAlive: true, maxSockets: AT_A_TIME }) });
  return { runtime, workers };
}

function send({ url, agent }, method, path, headers, body) {
  const { hostname, port } = new URL(url);
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, agent, headers: { ...headers, ...length } }, (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () => resolve({ status: incoming.statusCode, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

let count = 0;
const deliver = (worker, id = `bench-${(count += 1)}`) => {
  const headers = { "content-type": "application/json", "synthflow-signature": createHmac("sha256", SECRET).update(id).digest("base64") };
  return send(worker, "POST", `/webhook/${TOKEN}`, headers, sample.replaceAll(call_id, id));
};
const reader = { authorization: `Bearer ${API_TOKEN}` };
const kinds = [
  { id: "health", name: "GET /healthz", sides: ["ours"], go: (worker) => send(worker, "GET", "/healthz", {}) },
  { id: "summarize", name: "POST /api/summarize", sides: ["ours", "theirs", "floor"], go: (worker) => send(worker, "POST", "/api/summarize", reader, sample) },
  { id: "summarize", warm: "long", name: "POST /api/summarize, a long call", sides: ["ours", "theirs", "floor"], go: (worker) => send(worker, "POST", "/api/summarize", reader, long) },
  { id: "deliver", name: "a delivery", sides: ["ours", "theirs", "floor"], go: (worker) => deliver(worker) },
];

/** Both sides answer the same, as far as the peer answers at all: it has no warnings. */
async function compare(ours, theirs) {
  for (const { go } of kinds.filter(({ id }) => id === "summarize")) {
    const [one, other] = await Promise.all([ours, theirs].map(async (worker) => JSON.parse((await go(worker)).text)));
    assert.deepEqual(other.summary, one.summary, "the summaries differ");
  }
  const kept = async (worker) => {
    const answers = [];
    for (const _ of [1, 2]) answers.push(JSON.parse((await deliver(worker, "compared")).text));
    const kv = await worker.kv();
    const { keys } = await kv.list();
    const body = await kv.get("call/compared");
    for (const { name } of keys) await kv.delete(name);
    const without = ({ received_at: _, issues: __, ...rest }) => rest;
    return {
      answers: answers.map(({ stored, call_id }) => ({ stored, call_id })),
      rows: keys.map(({ name, metadata }) => ({ name, metadata: without(metadata) })),
      body,
    };
  };
  assert.deepEqual(await kept(theirs), await kept(ours), "what is stored differs");
}

/** Sends so many requests. Milliseconds of time and of CPU for each. */
async function burst({ go }, worker, requests) {
  const [began, before] = [performance.now(), worker.cpu()];
  let left = requests;
  const sender = async () => {
    while ((left -= 1) >= 0) {
      const { status, text } = await go(worker);
      if (status !== 200) throw new Error(`${status} instead of 200: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, sender));
  return { wall: (performance.now() - began) / requests, cpu: ((worker.cpu() - before) * 1000) / requests };
}

const shuffled = (list) => list.map((value) => ({ value, place: Math.random() })).sort((a, b) => a.place - b.place).map(({ value }) => value);
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/**
 * A burst to each of the Workers, and for each side the mean of its own. In an order that chance gives: a Worker is faster behind
 * another one of its kind, by as much as a twentieth.
 */
async function turn(kind, workers) {
  const bursts = [];
  for (const worker of shuffled(workers)) bursts.push({ side: worker.side, ...(await burst(kind, worker, REQUESTS)) });
  return Object.fromEntries(kind.sides.map((side) => {
    const own = bursts.filter((each) => each.side === side);
    return [side, { wall: mean(own.map(({ wall }) => wall)), cpu: mean(own.map(({ cpu }) => cpu)) }];
  }));
}

/** Requests of all kinds to a fresh runtime, whose figures join those of the others. */
async function measure(results, from) {
  const { runtime, workers } = await startSides();
  const those = ({ sides }) => workers.filter(({ side }) => sides.includes(side));
  try {
    await compare(...["ours", "theirs"].map((side) => workers.find((worker) => worker.side === side)));
    for (const kind of kinds) for (const worker of those(kind)) await burst(kind, worker, WARM_UP[kind.warm ?? kind.id]);
    for (let round = 0; round < ROUNDS; round += 1) {
      console.log(`round ${from + round + 1} of ${RUNTIMES * ROUNDS}`);
      for (const [number, kind] of kinds.entries()) {
        results[number].rounds.push(await turn(kind, those(kind)));
      }
    }
  } finally {
    for (const { agent } of workers) agent.destroy();
    await runtime.stop();
  }
}

const requests = kinds.map(({ id, name }) => ({ id, name, rounds: [] }));
for (let place = 0; place < RUNTIMES; place += 1) await measure(requests, place * ROUNDS);
const starts = Array.from({ length: STARTS }, start);
console.log(JSON.stringify({ version: process.versions.node, bytes: module.length, starts, requests }));
