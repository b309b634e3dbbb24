import { signal } from "@preact/signals";

/** One of two payloads that are compared. */
export interface Side {
  name: string;
  bytes: Uint8Array;
}

/** The two payloads; null where there is none yet. */
export const sides = signal<readonly [Side | null, Side | null]>([null, null]);

export function setSides(left: Side | null, right: Side | null): void {
  sides.value = [left, right];
}

export function setSide(which: 0 | 1, side: Side | null): void {
  sides.value = which === 0 ? [side, sides.value[1]] : [sides.value[0], side];
}

/** A text as a side. */
export function asSide(name: string, text: string): Side {
  return { name, bytes: new TextEncoder().encode(text) };
}
