// A Web Worker that does what its page asks for through postcall/client.

import type { RemoteLines } from "./client.js";
import { PostCallError } from "./issue.js";
import { type ByteStream, type LineResult, type Progress, summarizeLines } from "./lines.js";
import { type Answer, type CALLS, type Fault, LOST, type Request } from "./protocol.js";
import { parse, parseTranscript, safeParse, safeSummarize, summarize, validate } from "./read.js";

const calls: Record<(typeof CALLS)[number], (...args: never[]) => unknown> = {
  validate,
  parse,
  safeParse,
  summarize,
  safeSummarize,
  parseTranscript,
};

/** So many results are read ahead of the page. */
const MOST_RESULTS = 256;
/** Milliseconds for which results and progress are held back, and for which the page's messages may wait. */
const MOST_TIME = 50;
/** How many bytes are read at once of those that are all there. */
const PIECE = 65_536;

const scope = globalThis as unknown as {
  postMessage(message: Answer): void;
  addEventListener(type: "message" | "messageerror", listener: (event: { data: Request }) => void): void;
};

/** What wakes up or ends a conversation that goes on, by its mark. */
const open = new Map<string, { more(): void; stop(): void }>();

scope.addEventListener("message", ({ data }) => {
  // The app may say other things to its worker.
  const postcall = data?.postcall;
  if (typeof postcall !== "string") return;
  if ("more" in data) open.get(postcall)?.more();
  else if ("stop" in data) open.get(postcall)?.stop();
  else if (data.call === "summarizeLines") lines(data);
  else scope.postMessage(answered(postcall, data.call, data.args));
});

scope.addEventListener("messageerror", () => {
  scope.postMessage({ postcall: LOST, error: fault(new Error("postcall: the worker could not read what it was sent")) });
});

function answered(postcall: string, name: (typeof CALLS)[number], args: unknown[]): Answer {
  try {
    if (!Object.hasOwn(calls, name)) throw new TypeError("postcall: the worker was asked for a function that it does not have");
    return { postcall, value: calls[name](...(args as never[])) };
  } catch (error) {
    return { postcall, error: fault(error) };
  }
}

async function lines({ postcall, source, options }: Extract<Request, { call: "summarizeLines" }>): Promise<void> {
  const controller = new AbortController();
  // The page has asked for results and waits for them, which it also does in the beginning.
  let isAsked = true;
  let wake = (): void => {};
  const asked = (): Promise<void> | undefined => {
    if (isAsked || controller.signal.aborted) return undefined;
    return new Promise((resolve) => {
      wake = resolve;
    });
  };
  let progress: Progress | null = null;
  const onProgress = (found: Progress): void => {
    progress = found;
  };
  let results: LineResult[] = [];
  const send = (done: boolean, error?: Fault): void => {
    scope.postMessage({ postcall, results, progress, done, error });
    isAsked = false;
    results = [];
    progress = null;
  };
  open.set(postcall, {
    more() {
      isAsked = true;
      wake();
    },
    stop() {
      controller.abort();
      wake();
    },
  });
  const timer = setInterval(() => {
    if (isAsked && (results.length > 0 || progress !== null)) send(false);
  }, MOST_TIME);
  let error: Fault | undefined;
  try {
    for await (const result of summarizeLines(paced(source), { ...options, signal: controller.signal, onProgress })) {
      results.push(result);
      if (results.length < MOST_RESULTS) continue;
      await asked();
      send(false);
    }
  } catch (thrown) {
    error = fault(thrown);
  }
  // What was read before a failure goes with it.
  await asked();
  clearInterval(timer);
  send(true, error);
  open.delete(postcall);
}

/** The source, so read that timers and the page's messages have their turn. */
function paced(source: RemoteLines): ByteStream {
  return {
    getReader() {
      const stream = "stream" in source ? source.stream() : source;
      const reader = "getReader" in stream ? stream.getReader() : inPieces(stream);
      let began = Date.now();
      return {
        async read() {
          if (Date.now() - began >= MOST_TIME) {
            await new Promise((resolve) => setTimeout(resolve));
            began = Date.now();
          }
          return reader.read();
        },
        cancel: () => reader.cancel(),
        releaseLock: () => reader.releaseLock(),
      };
    },
  };
}

function inPieces(bytes: Uint8Array): ReturnType<ByteStream["getReader"]> {
  let at = 0;
  return {
    async read() {
      const value = bytes.subarray(at, at + PIECE);
      at += PIECE;
      return { done: value.length === 0, value };
    },
    async cancel() {},
    releaseLock() {},
  };
}

function fault(error: unknown): Fault {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return error instanceof PostCallError ? { name, message, issues: error.issues } : { name, message };
}
