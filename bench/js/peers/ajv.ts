// ajv, compiled at build time ("standalone"): what it does fastest, and all that it can do where there is no `eval`.

import validate from "#ajv";
import all from "#ajv-all";
import type { PostCall } from "../../edge/schema.js";

export const check = (value: unknown): PostCall | undefined => (validate(value) ? (value as PostCall) : undefined);
export const is = (value: unknown): boolean => validate(value);
export const issues = (value: unknown): readonly unknown[] => (all(value) ? [] : all.errors ?? []);
export const pointer = ({ instancePath }: { instancePath: string }): string => instancePath;
