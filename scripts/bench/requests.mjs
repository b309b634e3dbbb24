// Times the built Worker: compiles and instantiates its module, then sends requests to it under workerd and looks at the
// CPU that the runtime used. A process of its own; its last line is JSON.

import { readFileSync } from "node:fs";
import { API_TOKEN, startWorker, TOKEN } from "../../tests/edge/worker.mjs";
import { at } from "../setup/places.mjs";

const STARTS = 21;
const ROUNDS = 7;
const REQUESTS = 400; // in a round, so that the hundredths in which CPU is counted do not show
const AT_A_TIME = 8;

const module = readFileSync(at("build", "index_bg.wasm"));
const sample = readFileSync(at("tests", "cases", "documented-shape-compact", "payload.json"), "utf8");
const { call_id } = JSON.parse(sample).call;

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

const worker = await startWorker();
let count = 0;
const reader = { authorization: `Bearer ${API_TOKEN}` };
const post = (path, body, headers) => fetch(`${worker.url}${path}`, { method: "POST", body, headers });
const kinds = [
  { id: "health", name: "CPU of GET /healthz, which does next to nothing", send: () => fetch(`${worker.url}/healthz`), status: 200 },
  { id: "summarize", name: "CPU of POST /api/summarize, the sample of 6 KB", send: () => post("/api/summarize", sample, reader), status: 200 },
  {
    id: "deliver",
    name: "CPU of an accepted delivery, the sample of 6 KB",
    send: () => post(`/webhook/${TOKEN}`, sample.replaceAll(call_id, `bench-${(count += 1)}`), { "content-type": "application/json" }),
    status: 200,
  },
];

/** Sends so many requests; milliseconds of CPU for each. */
async function round({ send, status }, requests) {
  const before = worker.cpu();
  let left = requests;
  const sender = async () => {
    while ((left -= 1) >= 0) {
      const answer = await send();
      await answer.arrayBuffer();
      if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, sender));
  return ((worker.cpu() - before) * 1000) / requests;
}

const samples = Object.fromEntries(kinds.map(({ id }) => [id, []]));
try {
  for (const kind of kinds) await round(kind, REQUESTS); // until the engine has compiled what is called for speed
  for (let each = 0; each < ROUNDS; each += 1) {
    console.log(`round ${each + 1} of ${ROUNDS}`);
    for (const kind of kinds) samples[kind.id].push(await round(kind, REQUESTS));
  }
} finally {
  await worker.stop();
}
const starting = { id: "start", name: "start-up: the module compiled and instantiated", samples: Array.from({ length: STARTS }, start) };
const figures = [starting, ...kinds.map(({ id, name }) => ({ id, name, samples: samples[id] }))];
console.log(JSON.stringify({ version: process.versions.node, bytes: module.length, figures }));
