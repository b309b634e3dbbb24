// The built Worker with bindings that can be looked at, and that fail on request. The Worker itself is the one that is
// deployed.
//
//   x-limit: refuse | throw | reject | hang | odd    what the rate limit says to this request; without it, yes
//   x-counters: throw                                 what the counters do
//   x-panic: 1                                        what the KV gives says that it is longer than memory can be
//   x-throw: 1                                        the log throws, which no Rust expects of it
//   x-trap: 1                                         what the KV gives and the body together are longer than memory can be, and
//                                                     the Worker asks for so much: the instance traps
//   x-observe: 1                                      no request to the Worker: tells what was counted and limited, how many requests
//                                                     were to run to their end, whether memory was to be too small, how many
//                                                     instances have been made since the first one, and what every object of the Worker has

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

/** What the KV gives. The next array of bytes that is made, which the Worker makes of it, says that it is so long. */
async function saying(length) {
  globalThis.Uint8Array = class extends own {
    constructor() {
      super(0);
      globalThis.Uint8Array = own;
    }
    get length() {
      return length;
    }
  };
  return { value: new ArrayBuffer(0), metadata: null };
}

/** No vector is so long: Rust panics. */
const tooLong = () => saying(2 ** 32 - 1);

/** Nearly as long as a vector can be. Memory does not hold two of them: Rust gives up, and WebAssembly traps. */
const HALF_OF_MEMORY = 2 ** 31 - 2 ** 17;
const muchTooLong = () => {
  seen.is_full = true;
  return saying(HALF_OF_MEMORY);
};

/** The next array of bytes that is made, the body, says from the second time on that it is so long. */
function growBody() {
  globalThis.Uint8Array = class extends own {
    asked = 0;
    constructor(bytes) {
      super(bytes);
      globalThis.Uint8Array = own;
    }
    get length() {
      return this.asked++ === 0 ? super.length : HALF_OF_MEMORY;
    }
  };
}

/** The next line of the log is none. */
function throwOnce() {
  const { log } = console;
  console.log = () => {
    console.log = log;
    throw new Error("log: a text of its own");
  };
}

const seen = { points: [], keys: [], kept: 0, instances: 0, is_full: false };
const own = globalThis.Uint8Array;

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(...given) {
    super(...given);
    seen.instances += 1;
  }
};

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
    if (headers.has("x-throw")) throwOnce();
    if (headers.has("x-trap")) growBody();
    const getWithMetadata = headers.has("x-panic") ? tooLong : headers.has("x-trap") ? muchTooLong : undefined;
    const CALLS = getWithMetadata === undefined ? env.CALLS : { getWithMetadata };
    const own_context = {
      waitUntil(promise) {
        seen.kept += 1;
        context.waitUntil(promise);
      },
    };
    return worker.fetch(request, { ...env, CALLS, RATE_LIMIT, COUNTERS }, own_context);
  },
};
