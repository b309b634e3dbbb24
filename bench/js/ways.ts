// The obvious ways from bytes to text. The peers take the one that is the fastest on a host.

const decoder = new TextDecoder();
const strict = new TextDecoder("utf-8", { fatal: true });

interface Buffers {
  from(buffer: ArrayBufferLike, offset: number, length: number): { toString(encoding: "utf8"): string };
}
const { Buffer } = globalThis as { Buffer?: Buffers };

export const WAYS = {
  TextDecoder: (bytes: Uint8Array): string => decoder.decode(bytes),
  "TextDecoder, fatal": (bytes: Uint8Array): string => strict.decode(bytes),
  ...(Buffer && { Buffer: ({ buffer, byteOffset, length }: Uint8Array): string => Buffer.from(buffer, byteOffset, length).toString("utf8") }),
} as { TextDecoder(bytes: Uint8Array): string; "TextDecoder, fatal"(bytes: Uint8Array): string; Buffer(bytes: Uint8Array): string };

export type Way = keyof typeof WAYS;
