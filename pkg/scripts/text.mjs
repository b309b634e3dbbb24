// The binary as text inside a module.

// What needs no escape in a string of whichever quotes, nor in a page that holds the script.
const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(0x20 + at));
const [second, third, ...first] = printable.filter((character) => !"\"'`\\$<".includes(character));

/** The characters that bytes are written in: two that announce a byte, then those that say which. */
export const ALPHABET = [second, third, ...first].join("");

/**
 * Bytes as text: the lowest as one character each, as most bytes of a binary are low, the others as two. Half as large
 * again as the bytes, like base64, and unlike that hardly larger once it is compressed: equal bytes are equal text.
 */
export function asText(bytes) {
  let text = "";
  for (const byte of bytes) {
    text += ["", second, third][Math.floor(byte / first.length)] + first[byte % first.length];
  }
  return text;
}
