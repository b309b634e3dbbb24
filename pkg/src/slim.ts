// The entry without the binary, for those who would rather load it themselves.
import { loadWith, uncompiled } from "./engine.js";

export * from "./index.js";

/** Where the binary comes from: its address, an answer to a request for it, its bytes, or the compiled module. */
export type Source = URL | Response | Promise<Response> | ArrayBuffer | ArrayBufferView | WebAssembly.Module;

/** Loads the binary, `postcall/postcall.wasm`. Calling it again replaces the binary by the same one: harmless. */
export async function init(source: Source): Promise<void> {
  const module = await compile(await (source instanceof URL ? fetch(source) : source));
  loadWith(() => module);
}

async function compile(source: Awaited<Exclude<Source, URL>>): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  let bytes: BufferSource;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    bytes = source as BufferSource;
  } else if (source instanceof Response) {
    if (!source.ok) throw new Error(`postcall: the WebAssembly module was answered with status ${source.status}`);
    // Not `compileStreaming`: it refuses the answers of servers that do not know the binary's media type.
    bytes = await source.arrayBuffer();
  } else {
    throw new TypeError("postcall: pass `init` a URL, a Response, the bytes of postcall.wasm or a WebAssembly.Module");
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw error instanceof WebAssembly.CompileError ? uncompiled(error) : error;
  }
}
