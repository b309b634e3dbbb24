// The entry for pages, bundlers and every other host: the binary is part of the module.
import base64 from "#binary";
import { loadWith } from "./engine.js";

loadWith(() => new WebAssembly.Module(decoded(base64)));

function decoded(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export * from "./index.js";
