// Modules that the build puts in place: see scripts/build.mjs.

/** What wasm-bindgen wrote beside the binary: the functions that the binary imports. */
declare module "#glue" {
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
  export function __wbindgen_init_externref_table(): void;
}

/** The binary as text, the characters that it is written in, and how many bytes it has: see scripts/text.mjs. */
declare module "#binary" {
  export const text: string;
  export const alphabet: string;
  export const length: number;
}

/** The binary, compiled by the host that bundles the module. */
declare module "#module" {
  const module: WebAssembly.Module;
  export default module;
}
