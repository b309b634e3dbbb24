// The built Worker with bindings that can be looked at, and that fail on request. The Worker itself is the one that is
// deployed.
//
//   x-limit: refuse | throw | reject | hang | odd    what the rate limit says to this request; without it, yes
//   x-counters: throw                                 what the counters do
//   x-panic: <text>                                   the next timer of the Worker cannot be set, which it does not expect
//   x-observe: 1                                      no request to the Worker: tells what was counted and limited

import Entrypoint from "./index.js";

const limits = {
  refuse: () => Promise.resolve({ success: false }),
  throw: () => {
    throw new Error("limiter: a text of its own");
  },
  reject: () => Promise.reject(new Error("limiter: a text of its own")),
  hang: () => new Promise(() => {}),
  odd: () => "yes",
};

const seen = { points: [], keys: [] };
const own = globalThis.setTimeout;

export default {
  fetch(request, env, context) {
    const { headers } = request;
    if (headers.has("x-observe")) return Response.json(seen);
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
    if (headers.has("x-panic")) {
      globalThis.setTimeout = () => {
        globalThis.setTimeout = own;
        throw new Error(headers.get("x-panic"));
      };
    }
    return new Entrypoint(context, { ...env, RATE_LIMIT, COUNTERS }).fetch(request);
  },
};
