// The built Worker behind a KV that fails on request. The Worker itself is the one that is deployed.
//
//   x-fault: 2 fail     the second call that this request makes to the KV fails
//   x-fault: 2+ fail    the second one and all that follow
//   x-fault: 0 none     none of them
//   x-fault: state      no request to the Worker: tells what is still under way here
//   x-fault: contents   likewise: everything that is stored
//   x-later: 61         the Worker's clock is so many seconds ahead while it serves this request
//   x-whole: 1          the answer is taken to its end before it is handed on, so that its faults are counted
//
// An answer to a request with that header tells in `x-kv-calls`, `x-kv-faults` and `x-kv-ms` which calls were made, how
// many of them were faulty, and how long the request took.

import worker from "./index.js";

const SLOW = 3_000;
const PAUSE = 300;
/** A key takes one write in this time. */
const WRITE_INTERVAL = 1_000;

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const error = ({ name }, status) => new Error(`KV ${name} failed: ${status}`);

/** What each kind of fault makes of a call: `go()` is the call, `key` what it is about, `name` its name. */
const kinds = {
  none: (call) => call.go(),
  fail: (call) => Promise.reject(error(call, "500 Internal Server Error")),
  429: (call) => Promise.reject(error(call, "429 Too Many Requests")),
  hang: () => new Promise(() => {}),
  slow: (call) => call.keepAlive(after(SLOW).then(call.go)),
  lie: (call) => call.go().then(() => Promise.reject(error(call, "500 Internal Server Error"))),
  // A place that has not heard of the newest write: to it the key is not there, and lists are without it.
  gone: (call) => stale(call, () => undefined),
  // A place that has heard of the write before the last one only.
  old: (call) => stale(call, (key) => before.get(key)),
  // The limit of one write a second to each key, which the local KV does not have.
  throttle: (call) => (call.isThrottled() ? kinds[429](call) : call.go()),
  // Long enough for something else to happen meanwhile, not long enough to be given up.
  pause: (call) => call.keepAlive(after(PAUSE).then(call.go)),
};
const STALE = ["gone", "old"];
const READS = ["get", "getWithMetadata", "list"];

/** The last write of each key with its time, and what it replaced. */
const last = new Map();
const before = new Map();
/** What has begun here and not ended. */
const state = { requests: 0, late: 0 };

function remember([key, value, options]) {
  const write = { value: new Uint8Array(value).slice().buffer, metadata: options?.metadata ?? null, at: Date.now() };
  if (last.has(key)) before.set(key, last.get(key));
  last.set(key, write);
}

/** A read by somebody to whom `known` tells what is stored under a key. */
async function stale({ name, key, go }, known) {
  if (name === "list") {
    const page = await go();
    return { ...page, keys: page.keys.slice(1) };
  }
  const one = (key) => {
    const { value = null, metadata = null } = known(key) ?? {};
    return name === "get" ? value : { value, metadata, cacheStatus: null };
  };
  if (!Array.isArray(key)) return one(key);
  // Many keys at once are read as text.
  const text = ({ value, ...rest }) => ({ value: value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value, ...rest });
  return new Map(key.map((each) => [each, text(one(each))]));
}

function faulty(kv, context, fault) {
  const [, first, onwards, kind] = /^(\d+)(\+?) (\w+)$/.exec(fault);
  const seen = { calls: [], faults: 0 };
  const keepAlive = (promise) => {
    state.late += 1;
    const landed = promise.finally(() => (state.late -= 1));
    context.waitUntil(landed.catch(() => {}));
    return landed;
  };
  const wrap = (name) => [
    name,
    (...args) => {
      const [key] = args;
      const go = async () => {
        const result = await kv[name](...args);
        if (name === "put") remember(args);
        return result;
      };
      const isThrottled = () => name === "put" && Date.now() - (last.get(key)?.at ?? 0) < WRITE_INTERVAL;
      const n = seen.calls.push(name);
      const isMeant = onwards ? n >= Number(first) : n === Number(first);
      // Writes know no staleness.
      if (!isMeant || (STALE.includes(kind) && !READS.includes(name))) return go();
      seen.faults += 1;
      return kinds[kind]({ name, key, go, isThrottled, keepAlive });
    },
  ];
  return { seen, calls: Object.fromEntries([...READS, "put", "delete"].map(wrap)) };
}

/** The answer with all of its body: the faults of a stream strike after its head. One that breaks off has the status 599. */
async function whole(answer) {
  if (answer.body === null) return new Response(null, answer);
  try {
    return new Response(await answer.arrayBuffer(), answer);
  } catch {
    return new Response("broken off", { status: 599 });
  }
}

/** Every key with its value and its metadata. From inside the runtime, as thousands of them are not asked for one by one. */
async function contents(kv) {
  const stored = {};
  for (let cursor; ; ) {
    const page = await kv.list({ cursor });
    for (let at = 0; at < page.keys.length; at += 100) {
      const keys = page.keys.slice(at, at + 100);
      const values = await kv.get(keys.map(({ name }) => name));
      for (const { name, metadata = null } of keys) stored[name] = { value: values.get(name), metadata };
    }
    if (page.list_complete) return stored;
    cursor = page.cursor;
  }
}

export default {
  async fetch(request, env, context) {
    const fault = request.headers.get("x-fault");
    if (fault === "state") return Response.json(state);
    if (fault === "contents") return Response.json(await contents(env.CALLS));
    const { seen, calls } = faulty(env.CALLS, context, fault ?? "0 none");
    const began = Date.now();
    const { now } = Date;
    const later = Number(request.headers.get("x-later") ?? 0) * 1_000;
    if (later > 0) Date.now = () => now() + later;
    state.requests += 1;
    try {
      const answer = await worker.fetch(request, { ...env, CALLS: calls }, context);
      if (fault === null) return answer;
      const told = request.headers.has("x-whole") ? await whole(answer) : new Response(answer.body, answer);
      told.headers.set("x-kv-calls", seen.calls.join(" "));
      told.headers.set("x-kv-faults", seen.faults);
      told.headers.set("x-kv-ms", Date.now() - began);
      return told;
    } finally {
      if (later > 0) Date.now = now;
      state.requests -= 1;
    }
  },
};
