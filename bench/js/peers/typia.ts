// typia: types become code when the bundle is built.

import { is } from "#typia";
import { validate } from "#typia-all";
import type { PostCall } from "../../edge/schema.js";

export { is };
export const check = (value: unknown): PostCall | undefined => (is(value) ? (value as PostCall) : undefined);
export const issues = (value: unknown): readonly unknown[] => validate(value).errors ?? [];
export const pointer = ({ path }: { path: string }): string =>
  path.replace(/^\$input/, "").replaceAll(/\.(\w+)|\["([^"]*)"\]|\[(\d+)\]/g, "/$1$2$3");
