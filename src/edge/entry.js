// What the runtime calls, and what stands between it and the event of the crate `worker`. An object and no class: a class
// would offer whatever it has to everybody who holds a binding to the Worker.

import { __wbg_reset_state, fetch } from "wasm-glue";

// The runtime's own makes a function for the engine of each task, which costs as much as the tasks that futures give it.
const done = Promise.resolve();
globalThis.queueMicrotask = (task) => void done.then(task);

export default {
  fetch(request, env, context) {
    // In the place of the context: whoever lets a request run to its end needs its answer, too.
    const running = { context, answer: undefined };
    try {
      running.answer = fetch(request, env, running);
    } catch {
      // A request before this one has trapped, whether at once or behind something that it waited for, and nothing in that
      // instance can be called; or this one has, before it did anything. A fresh instance serves it.
      __wbg_reset_state();
      running.answer = fetch(request, env, running);
    }
    return running.answer;
  },
};
