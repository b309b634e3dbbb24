// valibot, which has one way to run.

import { postCall } from "#valibot";
import * as v from "valibot";
import type { PostCall } from "../../edge/schema.js";
import { joined } from "./peer.js";

export function check(value: unknown): PostCall | undefined {
  const result = v.safeParse(postCall, value);
  return result.success ? (result.output as PostCall) : undefined;
}
export const is = (value: unknown): boolean => v.is(postCall, value);
export const issues = (value: unknown): readonly unknown[] => v.safeParse(postCall, value).issues ?? [];
export const pointer = ({ path = [] }: { path?: readonly { key: PropertyKey }[] }): string => joined(path.map(({ key }) => key));
