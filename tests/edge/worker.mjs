// The built Worker under workerd, configured by wrangler.toml as it is when deployed, with KV on this machine.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as readWorkerOptions, unstable_readConfig as readConfig } from "wrangler";
import { API_TOKEN, assertLine, SECRET, TOKEN } from "./discreet.mjs";

const ROOT = new URL("../../", import.meta.url).pathname;
const BUILD = join(ROOT, "build");
const OURS = [
  { type: "ESModule", path: join(BUILD, "index.js") },
  { type: "CompiledWasm", path: join(BUILD, "index_bg.wasm") },
];
/** Modules that stand before the Worker where a test asks for one by its name. */
const BEFORE = { faults: "faulty.mjs", observed: "observed.mjs", crowd: "crowded.mjs", weighed: "weighed.mjs" };
// In memory where there is such a folder: every write would wait for the disk otherwise, a process that is killed loses
// neither, and no test ends the machine.
const FOLDERS = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A new, empty folder for a KV. */
export const newFolder = () => mkdtempSync(join(FOLDERS, "postcall-kv-"));

export { API_TOKEN, SECRET, TOKEN };

/**
 * Starts the Worker. `vars` are settings and secrets (`undefined` takes one away that every test Worker has), `persist` the
 * folder of its KV (a new one, removed at the end, if left out), `assets` whether the built pages are served too, `port` a fixed
 * port, `faults` whether requests may ask for faults of the KV (see faulty.mjs), `observed` whether it has bindings that can be
 * looked at (see observed.mjs), `crowd` whether its KV is full (see crowded.mjs), `more` are further options of Miniflare's for
 * the Worker, `weighed` whether `heap` can be asked, `direct` whether requests come to the Worker itself: Miniflare has a Worker
 * of its own before it otherwise; `beside` are further Workers in the same runtime by their names, with the same KV: the path of a
 * module, or `true` for this Worker once more. What the Worker has logged is looked at when it ends (see discreet.mjs).
 */
export async function startWorker({ vars = {}, persist, assets = false, port = 0, faults = false, observed = false, crowd = false, more = {}, weighed = false, direct = false, beside = {} } = {}) {
  if (!existsSync(join(BUILD, "index.js"))) throw new Error("build/ is missing: run `node scripts/build.mjs worker`");
  const folder = persist ?? newFolder();
  const lines = [];
  const before = runtimes();
  const miniflare = new Miniflare(options({ vars, folder, assets, port, before: { faults, observed, crowd, weighed }, more: direct ? { ...more, unsafeDirectSockets: [{ port: 0 }] } : more, weighed, beside, onLine: (line) => lines.push(line) }));
  const ready = await miniflare.ready;
  const url = new URL(direct ? await miniflare.unsafeGetDirectURL() : ready).origin;
  const pids = runtimes().filter((pid) => !before.includes(pid));
  let left;
  const leave = () => (left ??= dispose());
  const dispose = async () => {
    await miniflare.dispose();
    if (persist === undefined) rmSync(folder, { recursive: true, force: true });
    // Those of other Workers are their own.
    if (Object.keys(beside).length === 0) lines.forEach(assertLine);
  };
  return {
    url,
    /** The lines that the Worker has logged so far. */
    logs: lines,
    /** The KV namespace itself, to look behind the API. */
    kv: () => miniflare.getKVNamespace("CALLS"),
    /** Where another Worker of the same runtime is, by its name. */
    beside: async (name) => new URL(await miniflare.unsafeGetDirectURL(name)).origin,
    /** Bytes of memory that the runtime holds now. */
    memory: () => pids.reduce((sum, pid) => sum + residentBytes(pid), 0),
    /** Bytes that the Worker itself cannot do without now, its WebAssembly memory included: what can be collected is first. */
    heap: async () => heapBytes(await miniflare.getInspectorURL(), url),
    /** Seconds of CPU that the runtime has used so far, its KV included. */
    cpu: () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
    /** Ends the Worker in good order, if it has not ended yet. */
    stop: leave,
    /** Ends the runtime with SIGKILL, as a machine that fails would. */
    async kill() {
      if (pids.length === 0) throw new Error("the runtime's process was not found");
      for (const pid of pids) process.kill(pid, "SIGKILL");
      while (pids.some((pid) => isRunning(pid))) await sleep(5);
      await leave();
    },
  };
}

function options({ vars, folder, assets, port, before, more, weighed, beside, onLine }) {
  // wrangler tells which files it reads; between test results that is noise.
  process.env.WRANGLER_LOG ??= "error";
  const config = readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  const { workerOptions, main } = readWorkerOptions(config);
  const { assets: pages, modulesRules: _, ...worker } = workerOptions;
  if (main !== join(BUILD, "index.js")) throw new Error(`wrangler.toml names ${main}, the tests run build/index.js`);
  // The secrets of .dev.vars are somebody's own; tests bring theirs.
  const bindings = { ...config.vars, WEBHOOK_TOKENS: TOKEN, API_TOKENS: API_TOKEN, ...vars };
  for (const name of Object.keys(bindings)) if (bindings[name] === undefined) delete bindings[name];
  const name = BEFORE[Object.keys(before).find((kind) => before[kind])];
  const first = name && { path: join(BUILD, name), contents: readFileSync(new URL(name, import.meta.url), "utf8") };
  return convertV4MiniflareOptions({
    host: "127.0.0.1",
    port,
    cf: false,
    ...(weighed ? { inspectorPort: 0 } : {}),
    log: new Log(LogLevel.NONE),
    resourcePersistencePath: folder,
    handleStructuredLogs: ({ message }) => onLine(message),
    workers: [
      {
        ...worker,
        ...(assets ? { assets: pages } : {}),
        ...more,
        bindings,
        modulesRoot: BUILD,
        modules: [...(first ? [{ type: "ESModule", ...first }] : []), ...OURS],
      },
      ...Object.entries(beside).map(([name, path]) => ({
        ...worker,
        ...more,
        name,
        bindings,
        ...(path === true ? { modulesRoot: BUILD, modules: OURS } : { modulesRoot: dirname(path), modules: [{ type: "ESModule", path }] }),
      })),
    ],
  });
}

/** The workerd processes that this process started. */
function runtimes() {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => {
    const [parent, name] = stat(pid);
    return parent === process.pid && name === "workerd";
  });
}

/** The time that the threads of a process have run, which Linux counts in nanoseconds. */
function cpuSeconds(pid) {
  const ran = (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ran(thread), 0) / 1e9;
}

function isRunning(pid) {
  const [, , state] = stat(pid);
  return state !== undefined && state !== "Z";
}

function residentBytes(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(kilobytes) * 1_024;
}

/** Asks the inspector of the runtime for the memory of the user's Worker, once it has collected its garbage, and the Worker for
 * what the inspector does not know. */
async function heapBytes(inspector, url) {
  const list = await fetch(new URL("/json", inspector.href.replace("ws:", "http:")));
  const { webSocketDebuggerUrl } = (await list.json()).find(({ id }) => id.startsWith("core:user:"));
  const socket = new WebSocket(webSocketDebuggerUrl);
  const next = (event, is_it = () => true) => new Promise((resolve, reject) => {
    socket.addEventListener(event, (told) => is_it(told) && resolve(told));
    socket.addEventListener("error", () => reject(new Error("the inspector does not answer")), { once: true });
  });
  await next("open");
  // What can be collected is, when the Worker next serves a request; the runtime does not say so.
  socket.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
  const webAssembly = Number(await (await fetch(url, { headers: { "x-memory": "1" } })).text());
  // The answer to the first question may still be under way.
  const answer = next("message", ({ data }) => JSON.parse(data).id === 2);
  socket.send(JSON.stringify({ id: 2, method: "Runtime.getHeapUsage" }));
  const { result } = JSON.parse((await answer).data);
  socket.close();
  return webAssembly + result.usedSize + result.embedderHeapUsedSize + result.backingStorageSize;
}

/** Parent, name and state of a process; nothing if it has gone. */
function stat(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return [];
    throw error;
  }
  const end = text.lastIndexOf(")");
  const [state, parent] = text.slice(end + 2).split(" ");
  return [Number(parent), text.slice(text.indexOf("(") + 1, end), state];
}
