// The binary of Node: it lies beside the entry. Bundlers that take this entry leave the file behind and follow `embedded`.
// Where the file lies that is never called, nor the script of it loaded.

export function load(): WebAssembly.Module {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = beside();
  } catch (cause) {
    return taken(cause).load();
  }
  return new WebAssembly.Module(bytes);
}

/** What the bundler has taken along in the file's place. */
function taken(cause: unknown): ReturnType<typeof embedded> {
  try {
    return embedded();
  } catch {
    throw new Error(
      'postcall: postcall.wasm does not lie beside the script; bundle with the condition "module", leave postcall out of the ' +
        "bundle, or load the binary by postcall/slim",
      { cause },
    );
  }
}
