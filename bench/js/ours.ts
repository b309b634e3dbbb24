// The package.

import { init, type Issue, parse, safeParse, safeSummarize, summarizeLines, validate } from "postcall/slim";
import { type Side, sorted } from "./side.js";

/** The package as a side, once its binary is there. */
export async function ours(module: WebAssembly.Module): Promise<Side> {
  await init(module);
  return {
    summary(input) {
      const result = safeSummarize(input);
      return result.success ? result.summary : null;
    },
    verdict: (input) => validate(input).valid,
    issues: (input) => validate(input).issues,
    object(input) {
      try {
        return parse(input);
      } catch {
        return null;
      }
    },
    listed(input) {
      const result = safeParse(input);
      return result.success ? result.data : null;
    },
    async lines(bytes) {
      const summaries: (object | null)[] = [];
      for await (const result of summarizeLines(bytes)) summaries.push(result.success ? result.summary : null);
      return summaries;
    },
    pointers: (issues) => sorted((issues as Issue[]).filter(({ severity }) => severity === "error").map(({ pointer }) => pointer)),
    note: undefined,
  };
}
