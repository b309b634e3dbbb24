// The built Worker with a WebAssembly memory that can be looked at: the runtime's inspector does not count it.
//
//   x-memory: 1    no request to the Worker: tells how many bytes its WebAssembly memory has

let memory;

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    ({ memory } = this.exports);
  }
};

const { default: worker } = await import("./index.js");

export default {
  fetch(request, env, context) {
    if (request.headers.has("x-memory")) return new Response(String(memory.buffer.byteLength));
    return worker.fetch(request, env, context);
  },
};
