// arktype, compiled when it starts; where there is no `eval` then, it walks the schema.

import { postCall } from "#arktype";
import { ArkErrors } from "arktype";
import type { PostCall } from "../../edge/schema.js";
import { joined, uncompiled } from "./peer.js";

const found = uncompiled();

export const check = (value: unknown): PostCall | undefined => (postCall.allows(value) ? (value as PostCall) : undefined);
export const is = (value: unknown): boolean => postCall.allows(value);
export function issues(value: unknown): readonly unknown[] {
  const result = postCall(value);
  return result instanceof ArkErrors ? [...result] : [];
}
export const pointer = ({ path }: { path: readonly PropertyKey[] }): string => joined(path);
export const note = (): string | undefined => found;
