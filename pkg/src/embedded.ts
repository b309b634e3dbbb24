// The binary of pages, bundlers and every other host: it is part of the module.
import { alphabet, length, text } from "#binary";

/** How the binary is written: see scripts/text.mjs. */
export function load(): WebAssembly.Module {
  const bytes = new Uint8Array(length);
  const digits = new Uint8Array(128);
  for (let at = 0; at < alphabet.length; at++) digits[alphabet.charCodeAt(at)] = at;
  const low = alphabet.length - 2;
  let at = 0;
  let high = 0;
  for (let place = 0; place < text.length; place++) {
    const digit = digits[text.charCodeAt(place)]!;
    if (digit < 2) {
      high = low * (digit + 1);
    } else {
      bytes[at++] = high + digit - 2;
      high = 0;
    }
  }
  return new WebAssembly.Module(bytes);
}
