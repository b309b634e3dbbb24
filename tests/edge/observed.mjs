// The built Worker with bindings that can be looked at, and that fail on request. The Worker itself is the one that is
// deployed.
//
//   x-limit: refuse | throw | reject | hang | odd    what the rate limit says to this request; without it, yes
//   x-counters: throw                                 what the counters do
//   x-panic: 1                                        what the KV gives says that it is longer than memory can be
//   x-trap: 1                                         the log throws, which no Rust expects of it: the instance traps
//   x-observe: 1                                      no request to the Worker: tells what was counted and limited, how many requests
//                                                     were to run to their end, whether the instance has trapped, and what
//                                                     every object of the Worker has

import worker from "./index.js";

const limits = {
  refuse: () => Promise.resolve({ success: false }),
  throw: () => {
    throw new Error("limiter: a text of its own");
  },
  reject: () => Promise.reject(new Error("limiter: a text of its own")),
  hang: () => new Promise(() => {}),
  odd: () => "yes",
};

/** The next array of bytes that is made, which the Worker makes of what this gives, says that it is as long as none can be. */
async function tooLong() {
  globalThis.Uint8Array = class extends own {
    constructor() {
      super(0);
      globalThis.Uint8Array = own;
    }
    get length() {
      return 2 ** 32 - 1;
    }
  };
  return { value: new ArrayBuffer(0), metadata: null };
}

/** The next line of the log is none. */
function throwOnce() {
  const { log } = console;
  console.log = () => {
    console.log = log;
    seen.has_trapped = true;
    throw new Error("log: a text of its own");
  };
}

const seen = { points: [], keys: [], kept: 0, has_trapped: false };
const own = globalThis.Uint8Array;

export default {
  fetch(request, env, context) {
    const { headers } = request;
    if (headers.has("x-observe")) {
      const realm = { own: Object.getOwnPropertyNames(Object.prototype), isAdmin: "isAdmin" in {} };
      return Response.json({ ...seen, realm });
    }
    const RATE_LIMIT = {
      limit({ key }) {
        seen.keys.push(key);
        return limits[headers.get("x-limit")]?.() ?? Promise.resolve({ success: true });
      },
    };
    const COUNTERS = {
      writeDataPoint(point) {
        if (headers.has("x-counters")) throw new Error("counters: a text of its own");
        seen.points.push(point);
      },
    };
    if (headers.has("x-trap")) throwOnce();
    const CALLS = headers.has("x-panic") ? { getWithMetadata: tooLong } : env.CALLS;
    const own_context = {
      waitUntil(promise) {
        seen.kept += 1;
        context.waitUntil(promise);
      },
    };
    return worker.fetch(request, { ...env, CALLS, RATE_LIMIT, COUNTERS }, own_context);
  },
};
