// The built Worker behind a KV that fails on request: `x-fault: <n> <kind>` makes the n-th call of this request fail,
// `x-fault: all <kind>` every one of them. The Worker itself is the one that is deployed.

import Entrypoint from "./index.js";

const faults = {
  fail: (call) => Promise.reject(new Error(`KV ${call.name} failed: 500 Internal Server Error`)),
  429: (call) => Promise.reject(new Error(`KV ${call.name} failed: 429 Too Many Requests`)),
  hang: () => new Promise(() => {}),
  slow: (call) => new Promise((resolve) => setTimeout(resolve, 3_000)).then(call.go),
  lie: (call) => call.go().then(() => Promise.reject(new Error(`KV ${call.name} failed: 500 Internal Server Error`))),
};

function faulty(kv, [which, kind]) {
  let count = 0;
  const wrap = (name) => [
    name,
    (...args) => {
      const go = () => kv[name](...args);
      count += 1;
      return which === "all" || which === String(count) ? faults[kind]({ name, go }) : go();
    },
  ];
  return Object.fromEntries(["get", "getWithMetadata", "put", "list", "delete"].map(wrap));
}

export default {
  fetch(request, env, context) {
    const fault = request.headers.get("x-fault");
    const CALLS = fault === null ? env.CALLS : faulty(env.CALLS, fault.split(" "));
    return new Entrypoint(context, { ...env, CALLS }).fetch(request);
  },
};
