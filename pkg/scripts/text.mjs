// The binary as text inside a module.

// What needs no escape in a string of whichever quotes, nor in a page that holds the script; those first that minified
// scripts have most. The text is compressed together with the script round it, and costs less where both have the same.
const CHARACTERS = "etinr osa,lc():dup=fFhy.{}_mg0b;w[]12v>+3/k84OAx?5|jE67&-!9#NHLTSGUCIBMPRqJ^zWDX*VKYZQ~%@";
const LOW = CHARACTERS.length - 2;

/**
 * Bytes as text, and its alphabet: two characters that announce a byte, then those that say which. The lowest bytes are one
 * character each, as most bytes of a binary are low, the others are two. Half as large again as the bytes, like base64, and
 * unlike that hardly larger once it is compressed: equal bytes are equal text.
 */
export function asText(bytes) {
  const digits = Array.from(bytes).flatMap((byte) => {
    const announced = Math.floor(byte / LOW);
    return announced === 0 ? [2 + byte] : [announced - 1, 2 + (byte % LOW)];
  });
  const counts = new Uint32Array(CHARACTERS.length);
  for (const digit of digits) counts[digit] += 1;
  const alphabet = [];
  Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a]).forEach((digit, place) => (alphabet[digit] = CHARACTERS[place]));
  return { text: digits.map((digit) => alphabet[digit]).join(""), alphabet: alphabet.join("") };
}
