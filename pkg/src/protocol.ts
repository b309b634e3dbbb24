// What a page and its worker say to each other.

import type { RemoteLines } from "./client.js";
import type { Options } from "./input.js";
import type { Issue } from "./issue.js";
import type { LineResult, Progress } from "./lines.js";

/** The names of what a worker answers with one message. */
export const CALLS = ["validate", "parse", "safeParse", "summarize", "safeSummarize", "parseTranscript"] as const;

/** In the place of a conversation's mark: the worker has got a message that it could not read. */
export const LOST = "lost";

/**
 * A message to the worker. `postcall` marks it among what the app says to its worker, and tells the conversations apart,
 * those of other connections included; `call` begins one; `more` asks for the next results of `summarizeLines`, and
 * `stop` ends it.
 */
export type Request = { postcall: string } & (
  | { call: (typeof CALLS)[number]; args: unknown[] }
  | { call: "summarizeLines"; source: RemoteLines; options: Options }
  | { more: true }
  | { stop: true }
);

/**
 * A message from the worker, with the mark of the request: what a call gave or threw; or results of `summarizeLines`, in
 * the end with `done`, and with `error` where the reading failed after them.
 */
export type Answer = { postcall: string } & (
  | { value: unknown }
  | { error: Fault }
  | { results: LineResult[]; progress: Progress | null; done: boolean; error?: Fault | undefined }
);

/** An error on its way. */
export interface Fault {
  name: string;
  message: string;
  issues?: Issue[];
}
