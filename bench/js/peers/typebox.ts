// typebox, compiled when it starts; where there is no `eval` then, it walks the schema.

import schema from "#typebox";
import { Compile } from "typebox/schema";
import type { PostCall } from "../../edge/schema.js";
import { uncompiled } from "./peer.js";

const found = uncompiled();
const validator = Compile(schema);

export const check = (value: unknown): PostCall | undefined => (validator.Check(value) ? (value as PostCall) : undefined);
export const is = (value: unknown): boolean => validator.Check(value);
export const issues = (value: unknown): readonly unknown[] => validator.Errors(value)[1];
export const pointer = ({ instancePath }: { instancePath: string }): string => instancePath;
export const note = (): string | undefined => found;
