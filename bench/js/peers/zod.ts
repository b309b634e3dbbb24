// zod with the schema of the Worker in TypeScript; where there is `eval` it compiles itself on first use.

import { type PostCall, postCall } from "../../edge/schema.js";
import { joined } from "./peer.js";

export const check = (value: unknown): PostCall | undefined => postCall.safeParse(value).data;
export const is = (value: unknown): boolean => postCall.safeParse(value).success;
export const issues = (value: unknown): readonly unknown[] => postCall.safeParse(value).error?.issues ?? [];
export const pointer = ({ path }: { path: readonly PropertyKey[] }): string => joined(path);
export { uncompiled as note } from "./peer.js";
