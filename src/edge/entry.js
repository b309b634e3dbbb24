// What the runtime calls, and what stands between it and the event of the crate `worker`. An object and no class: a class
// would offer whatever it has to everybody who holds a binding to the Worker.

import { __wbg_reset_state, fetch } from "wasm-glue";
import { set_running } from "wasm-host";

// The runtime's own makes a function for the engine of each task, which costs as much as the tasks that futures give it.
const done = Promise.resolve();
globalThis.queueMicrotask = (task) => void done.then(task);

/** Whether the instance has trapped, after which nothing in it can be called. */
let is_broken = false;

export default {
  fetch(request, env, context) {
    if (is_broken) {
      __wbg_reset_state();
      is_broken = false;
    }
    try {
      const answer = fetch(request, env, context);
      set_running(request, context, answer);
      return answer;
    } catch (error) {
      is_broken ||= error instanceof WebAssembly.RuntimeError;
      throw error;
    }
  },
};
