// What the runtime calls. An object and no class: a class would offer whatever it has to everybody who holds a binding to
// the Worker.

import { __wbg_reset_state, fetch } from "wasm-glue";

/** Whether the instance has trapped, after which nothing in it can be called. */
let is_broken = false;

async function serve(request, env) {
  if (is_broken) {
    __wbg_reset_state();
    is_broken = false;
  }
  try {
    return await fetch(request, env);
  } catch (error) {
    is_broken ||= error instanceof WebAssembly.RuntimeError;
    throw error;
  }
}

export default {
  fetch(request, env, context) {
    const answer = serve(request, env);
    // What has arrived is stored to its end even when the sender has gone.
    context.waitUntil(answer);
    return answer;
  },
};
