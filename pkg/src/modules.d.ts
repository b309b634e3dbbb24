// Modules that the build puts in place: see scripts/build.mjs.

/**
 * Where an entry has the binary from: see scripts/build.mjs. An entry that told the engine would do so on import, and no
 * bundler could leave the binary out where nothing asks for it.
 */
declare module "#load" {
  /** The binary, compiled. It is asked for on first use. */
  export function load(): WebAssembly.Module;
}

/** Reads the binary from the file beside the entry of Node. */
declare function beside(): Uint8Array<ArrayBuffer>;

/** Requires the binary as a script, dist/cjs/embedded.js. */
declare function embedded(): typeof import("./embedded.js");

/** The binary as text, the characters that it is written in, and how many bytes it has: see scripts/text.mjs. */
declare module "#binary" {
  export const text: string;
  export const alphabet: string;
  export const length: number;
}

/** The JSON Schema, made anew whenever it is asked for. */
declare module "#schema" {
  export default function schema(): Record<string, unknown>;
}

/** The binary, compiled by the host that bundles the module. */
declare module "#module" {
  const module: WebAssembly.Module;
  export default module;
}
