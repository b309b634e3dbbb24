// The page's side of a Web Worker that runs postcall/worker. It carries no binary.

import { throwIfAborted, unlessAborted } from "./abort.js";
import type { Input, Options } from "./input.js";
import { PostCallError } from "./issue.js";
import { kindOf } from "./kind.js";
import type { ByteStream, LineOptions, LineResult } from "./lines.js";
import type { PostCall } from "./payload.js";
import { type Answer, CALLS, type Fault, LOST, type Request } from "./protocol.js";
import type { SafeParseResult, SafeSummarizeResult, ValidateResult } from "./read.js";
import type { Summary, Turn } from "./summary.js";

export { PostCallError } from "./issue.js";

/** What can be sent to a worker as lines. A stream is handed over for good, where the browser can do that. */
export type RemoteLines = BlobLike | ByteStream | Uint8Array;

/** A `Blob` or a `File`. */
export interface BlobLike {
  /** Its bytes. */
  readonly size: number;
  /** They, piece by piece. */
  stream(): ByteStream;
}

/** The functions of the package, run in a worker. An input is copied there, and results are copied back. */
export interface Remote {
  /** As the package's `validate`. */
  validate(input: Input, options?: Options): Promise<ValidateResult>;
  /** As the package's `parse`. */
  parse(input: Input, options?: Options): Promise<PostCall>;
  /** As the package's `safeParse`. */
  safeParse(input: Input, options?: Options): Promise<SafeParseResult>;
  /** As the package's `summarize`. */
  summarize(input: Input, options?: Options): Promise<Summary>;
  /** As the package's `safeSummarize`. */
  safeSummarize(input: Input, options?: Options): Promise<SafeSummarizeResult>;
  /** As the package's `parseTranscript`. */
  parseTranscript(text: string): Promise<Turn[]>;
  /** As the package's `summarizeLines`: with progress, an abort signal, and no faster than the results are taken. */
  summarizeLines(source: RemoteLines, options?: LineOptions): AsyncGenerator<LineResult, void, undefined>;
}

/** A `Worker`. */
export interface WorkerLike {
  /** Sends a message. */
  postMessage(message: unknown, transfer: never[]): void;
  /** Has a listener called for what comes back. The types of its events are the browser's. */
  addEventListener(type: "message" | "messageerror" | "error", listener: (event: any) => void): void;
}

/**
 * The package's functions, as promises of what the worker answers.
 *
 * Where the worker cannot be started, they fail, and so does everything after that.
 */
export function connect(worker: WorkerLike): Remote {
  const given = worker as Partial<WorkerLike> | null;
  if (typeof (given?.postMessage && given.addEventListener) !== "function") {
    throw new TypeError('postcall: pass a Worker: new Worker(new URL("./worker.js", import.meta.url), { type: "module" })');
  }
  const waiting = new Map<string, (answer: Answer | Error) => void>();
  // A worker may be connected to more than once, and each connection hears all that it says.
  const mark = Math.random().toString(36).slice(2);
  let last = 0;
  let broken: Error | undefined;
  let hasAnswered = false;

  const fail = (message: string, cause: unknown): Error => {
    const error = new Error(`postcall: ${message}`, { cause });
    for (const take of [...waiting.values()]) take(error);
    return error;
  };
  // A message that could not be read on either side does not tell whose it was: everybody's who waits.
  const unread = (event: unknown): unknown => fail("a message to the worker or from it could not be read", event);
  worker.addEventListener("message", ({ data }: { data: Answer | null }) => {
    if (data?.postcall === LOST) unread(data);
    const take = waiting.get(data?.postcall as string);
    if (!take) return;
    hasAnswered = true;
    take(data as Answer);
  });
  worker.addEventListener("messageerror", unread);
  worker.addEventListener("error", (event: { message?: string }) => {
    // A worker that has answered once has been started: what fails in it now is the app's own code.
    if (hasAnswered) return;
    broken = fail(`the worker failed${event.message ? `: ${event.message}` : ""}; it must be postcall/worker as a module`, event);
  });

  /** The mark of a conversation that begins. */
  const begun = (): string => `${mark}-${++last}`;

  /** The next answer of a conversation. */
  const answer = (request: Request, transfer: unknown[] = []): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      const { postcall } = request;
      waiting.set(postcall, (answer) => {
        waiting.delete(postcall);
        if (answer instanceof Error) reject(answer);
        else if ("results" in answer || "value" in answer) resolve(answer);
        else reject(revived(answer.error));
      });
      try {
        worker.postMessage(request, transfer as never[]);
      } catch (error) {
        waiting.delete(postcall);
        reject(error);
      }
    });

  const call = async (name: (typeof CALLS)[number], input: unknown, options: unknown): Promise<unknown> => {
    if (name === "parseTranscript" && typeof input !== "string") {
      throw new TypeError(`postcall: got ${typeof input}; pass the transcript as a string`);
    }
    const given = await answer({ postcall: begun(), call: name, args: [written(input), picked(options)] });
    return (given as Extract<Answer, { value: unknown }>).value;
  };

  function summarizeLines(source: RemoteLines, options: LineOptions = {}): AsyncGenerator<LineResult, void, undefined> {
    if (typeof options !== "object" || options === null) {
      throw new TypeError("postcall: pass the options as an object");
    }
    const { signal, onProgress } = options;
    if (signal !== undefined && typeof signal?.addEventListener !== "function") {
      throw new TypeError("postcall: pass `signal` as an AbortSignal");
    }
    if (onProgress !== undefined && typeof onProgress !== "function") {
      throw new TypeError("postcall: pass `onProgress` as a function");
    }
    const kind = kindOf(source);
    if (kind !== "Uint8Array" && !("stream" in Object(source)) && !("getReader" in Object(source))) {
      throw new TypeError(`postcall: got ${kind}; pass a Blob, a ReadableStream or a Uint8Array`);
    }
    return read(source, options);
  }

  async function* read(source: RemoteLines, options: LineOptions): AsyncGenerator<LineResult, void, undefined> {
    const { signal, onProgress } = options;
    const postcall = begun();
    const stop = (): void => worker.postMessage({ postcall, stop: true }, []);
    const sent = ArrayBuffer.isView(source) ? copied(source as Uint8Array) : source;
    // Where the signal is aborted already, too: it is the worker that closes the source.
    let next = answer(
      { postcall, call: "summarizeLines", source: sent, options: picked(options) as Options },
      "getReader" in sent ? [sent] : [],
    );
    next.catch(() => undefined); // awaited below, or by nobody where the signal is aborted already
    let isDone = false;
    signal?.addEventListener("abort", stop);
    try {
      while (!isDone) {
        const given = (await unlessAborted(next, signal)) as Extract<Answer, { done: boolean }>;
        isDone = given.done;
        // The worker reads on while these are taken.
        if (!isDone) {
          next = answer({ postcall, more: true });
          next.catch(() => undefined); // awaited above, or by nobody where the reading has been given up
        }
        for (const result of given.results) {
          yield result;
          throwIfAborted(signal);
        }
        if (given.progress !== null) onProgress?.(given.progress);
        if (given.error) throw revived(given.error);
      }
    } finally {
      signal?.removeEventListener("abort", stop);
      // A worker that has failed knows nothing of the conversation any more, and passes this over.
      if (!isDone) stop();
    }
  }

  const remote = Object.fromEntries(
    CALLS.map((name) => [name, (input: unknown, options: unknown) => call(name, input, options)]),
  );
  return { ...remote, summarizeLines } as Remote;
}

/** The bytes without what else is in their buffer, which would be copied to the worker along with them. */
const copied = (bytes: Uint8Array): Uint8Array =>
  bytes.length < bytes.buffer.byteLength ? new Uint8Array(bytes) : bytes;

/** Objects that are no parsed JSON, though they can be written as such. */
const SLIPS = /^(Request|Response|Blob|File|Promise|ReadableStream|SharedArrayBuffer|Map|Set)$|.Array$|^DataView$/;

/**
 * A payload as bytes or text. An object is written here, as the functions themselves do it: the browser's copy of one is
 * another object, or none, and where it is nested deeply it does not arrive.
 */
function written(input: unknown): Uint8Array | ArrayBuffer | string {
  const kind = kindOf(input);
  if (typeof input === "string" || kind === "ArrayBuffer") return input as string | ArrayBuffer;
  if (kind === "Uint8Array") return copied(input as Uint8Array);
  let found = kind;
  let cause: unknown;
  if (typeof input === "object" && input !== null && !SLIPS.test(kind)) {
    found = "object that cannot be written as JSON";
    try {
      const text = JSON.stringify(input);
      if (text !== undefined) return text;
    } catch (error) {
      cause = error;
      if (error instanceof RangeError) found = "object that is nested too deeply";
    }
  }
  throw new TypeError(
    `postcall: got ${found}; pass a Uint8Array, an ArrayBuffer, a string of JSON or a parsed object`,
    { cause },
  );
}

/** Of options, what the worker is told: the rest may be something that cannot be copied. */
function picked(options: unknown): unknown {
  if (typeof options !== "object" || options === null) return options;
  const { strict, max_bytes, max_depth } = options as Options;
  return { strict, max_bytes, max_depth };
}

function revived({ name, message, issues }: Fault): Error {
  if (issues) return new PostCallError(issues);
  const Kind = name === "TypeError" ? TypeError : name === "RangeError" ? RangeError : Error;
  const error = new Kind(message);
  // As in the built-in errors: not a property that a logger would print.
  Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  return error;
}
