// What the runtime calls, and what stands between it and the module. An object and no class: a class would offer whatever it has
// to everybody who holds a binding to the Worker.

import { __wbg_reset_state, serve } from "wasm-glue";

export default {
  fetch(request, env, context) {
    // `tell` gives the answer; what lets a request run to its end needs the promise of it beside the context.
    const running = { context, answer: undefined, tell: undefined };
    running.answer = new Promise((resolve) => (running.tell = resolve));
    try {
      serve(request, env, running);
    } catch {
      // A request before this one has trapped, whether at once or behind something that it waited for, and nothing in that
      // instance can be called; or this one has, before it waited for anything. A fresh instance serves it.
      __wbg_reset_state();
      serve(request, env, running);
    }
    return running.answer;
  },
};
