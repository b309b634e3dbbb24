// The entry without the binary, for those who would rather load it themselves.
import { unusable, use } from "./engine.js";
import { bytesOf } from "./input.js";
import { kindOf } from "./kind.js";

export * from "./index.js";

/** Where the binary comes from: its address, an answer to a request for it, its bytes, or the compiled module. */
export type Source = URL | Response | Promise<Response> | ArrayBuffer | ArrayBufferView | WebAssembly.Module;

/** Loads the binary, `postcall/postcall.wasm`. Calling it again replaces the binary by the same one: harmless. */
export async function init(source: Source): Promise<void> {
  const module = await compile(await (kindOf(source) === "URL" ? fetch(source as URL) : source));
  // Another module would take the place of one that works, and fail only when it is asked something.
  const names = String(WebAssembly.Module.exports(module).map(({ name }) => name).sort());
  if (names !== "memory,parse,reserve,summarize,transcript,validate") throw unusable(names);
  use(module);
}

async function compile(source: Awaited<Source>): Promise<WebAssembly.Module> {
  const kind = kindOf(source);
  if (kind === "WebAssembly.Module") return source as WebAssembly.Module;
  let bytes = source as ArrayBuffer | ArrayBufferView;
  if (kind === "Response") {
    const answer = source as Response;
    if (!answer.ok) throw new Error(`postcall: got status ${answer.status}`);
    // Not `compileStreaming`: it refuses the answers of servers that do not know the binary's media type.
    bytes = await answer.arrayBuffer();
  } else if (kind !== "ArrayBuffer" && !ArrayBuffer.isView(source)) {
    throw new TypeError("postcall: pass `init` a URL, a Response, a WebAssembly.Module or its bytes");
  }
  // As a Uint8Array, since Node 20 compiles no DataView.
  const plain = bytesOf(bytes) as Uint8Array<ArrayBuffer>;
  try {
    return await WebAssembly.compile(plain);
  } catch (error) {
    throw unusable(error);
  }
}
