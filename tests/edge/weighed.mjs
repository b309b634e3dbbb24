// The built Worker with a WebAssembly memory that can be looked at: the runtime's inspector does not count it.
//
//   x-memory: 1    no request to the Worker: tells how many bytes its WebAssembly memory has
//   x-gone: 1      what the Worker asks for while it begins to serve this request never comes, nor does a timer, as on the platform
//                  where a client has gone; another answer is given
//   x-later: n     from this request on it is n ms later

let memory;

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    ({ memory } = this.exports);
  }
};

const { default: worker } = await import("./index.js");

const never = () => new Promise(() => {});
const { setTimeout: timer } = globalThis;

function forget(request, env, context) {
  globalThis.setTimeout = () => {};
  void worker.fetch(request, { ...env, CALLS: { getWithMetadata: never, list: never } }, context);
  globalThis.setTimeout = timer;
  return new Response(null, { status: 204 });
}

export default {
  fetch(request, env, context) {
    const { headers } = request;
    if (headers.has("x-memory")) return new Response(String(memory.buffer.byteLength));
    if (headers.has("x-later")) {
      const later = Date.now() + Number(headers.get("x-later"));
      Date.now = () => later;
    }
    return (headers.has("x-gone") ? forget : worker.fetch)(request, env, context);
  },
};
