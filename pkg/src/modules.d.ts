// Modules that the build puts in place: see scripts/build.mjs.

/** What wasm-bindgen wrote beside the binary: the functions that the binary imports. */
declare module "#glue" {
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
  export function __wbindgen_init_externref_table(): void;
}

/** The binary in base64. */
declare module "#binary" {
  const base64: string;
  export default base64;
}

/** The binary, compiled by the host that bundles the module. */
declare module "#module" {
  const module: WebAssembly.Module;
  export default module;
}
