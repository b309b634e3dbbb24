import { type Signal, throwIfAborted, unlessAborted } from "./abort.js";
import type { Options } from "./input.js";
import { bounds, type SafeSummarizeResult, safeSummarize } from "./read.js";

/** Bytes that come piece by piece: a `ReadableStream`, as a body or a file gives it. */
export interface ByteStream {
  /** Locks the stream for whoever reads it. */
  getReader(): {
    /** The next piece, or that there is none. */
    read(): Promise<{
      /** Whether there is none. */
      done: boolean;
      /** The piece. */
      value?: Uint8Array | undefined;
    }>;
    /** Gives up what has not been read. */
    cancel(reason?: unknown): Promise<void>;
    /** Unlocks the stream. */
    releaseLock(): void;
  };
}

/** Where lines come from: bytes, all at once or piece by piece. */
export type LineSource = AsyncIterable<Uint8Array> | ByteStream | Uint8Array;

/** What has been read so far. */
export interface Progress {
  /** Lines that ended, blank ones included. */
  lines: number;
  /** Bytes that were taken from the source. */
  bytes: number;
}

/** How lines are read. `max_bytes` and the others hold for each line. */
export interface LineOptions extends Options {
  /** Ends the reading: the generator throws the signal's reason. */
  signal?: Signal | undefined;
  /** Told after each 64 KiB at the latest, and once more at the end. What it throws ends the reading. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** A line's summary, or why there is none. Locations are those in the line. */
export type LineResult = {
  /** The line's number, from 1. */
  line: number;
} & SafeSummarizeResult;

const LF = 10;
const CR = 13;
/** How many bytes are read between two words of progress. */
const STEP = 65_536;

/**
 * The summaries of the payloads in the lines of a text (NDJSON), one by one as they are asked for: the source is read no
 * faster than the results are taken.
 *
 * A line that is no valid payload is a result like others, also one that is longer than `max_bytes`, of which no more
 * than that is kept. Blank lines are counted and passed over. What the source throws reaches the caller; whichever way
 * the reading ends, the source is closed.
 */
export function summarizeLines(source: LineSource, options: LineOptions = {}): AsyncGenerator<LineResult, void, undefined> {
  const { strict, max_bytes, max_depth } = bounds(options);
  const { signal, onProgress } = options;
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new TypeError("postcall: pass `signal` as an AbortSignal");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError("postcall: pass `onProgress` as a function");
  }
  return read(opened(source), { strict, max_bytes, max_depth }, signal, onProgress);
}

async function* read(
  open: () => Chunks,
  options: Required<Options>,
  signal: Signal | undefined,
  onProgress: ((progress: Progress) => void) | undefined,
): AsyncGenerator<LineResult, void, undefined> {
  const chunks = open();
  const rest = new Rest(options.max_bytes);
  const progress = { lines: 0, bytes: 0 };
  let told = 0;
  let hasFailed = false;
  const tell = (): void => {
    told = progress.bytes;
    onProgress?.({ ...progress });
  };
  // Of a line that is too long, what is left out may be more than space.
  const isPassedOver = (line: Uint8Array): boolean => line.length <= options.max_bytes && isBlank(line);
  const result = (bytes: Uint8Array): LineResult => ({ line: progress.lines, ...safeSummarize(bytes, options) });
  try {
    throwIfAborted(signal);
    for (;;) {
      const chunk = await unlessAborted(chunks.next(), signal);
      if (chunk === undefined) break;
      const before = progress.bytes;
      let start = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        const line = rest.ended(chunk.subarray(start, end));
        start = end + 1;
        progress.lines++;
        progress.bytes = before + start;
        if (!isPassedOver(line)) {
          yield result(line);
          throwIfAborted(signal);
        }
        if (progress.bytes - told >= STEP) tell();
      }
      rest.add(chunk.subarray(start));
      progress.bytes = before + chunk.length;
      if (progress.bytes - told >= STEP) tell();
    }
    if (rest.length > 0) {
      const line = rest.ended(new Uint8Array());
      progress.lines++;
      if (!isPassedOver(line)) yield result(line);
      throwIfAborted(signal);
    }
    tell();
  } catch (error) {
    hasFailed = true;
    throw error;
  } finally {
    const closed = chunks.close();
    // The first error is what the caller gets, as of a native `for await`, and not what closing the source throws then.
    const settled = hasFailed || signal?.aborted ? closed.catch(() => undefined) : closed;
    // A source that never answers would hold up whoever has asked to stop.
    if (!signal?.aborted) await settled;
  }
}

/** The line that has begun. Of one that is too long, no more is kept than shows that it is. */
class Rest {
  readonly #most: number;
  #bytes = new Uint8Array(0);
  length = 0;

  constructor(max_bytes: number) {
    // One byte more than the bound, and one for the carriage return that may be none of the line's.
    this.#most = max_bytes + 2;
  }

  /** Adds a part, as a copy: the source may use its memory again. */
  add(part: Uint8Array): void {
    const kept = part.subarray(0, this.#most - this.length);
    if (this.length + kept.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(Math.max(2 * (this.length + kept.length), 4096), this.#most));
      grown.set(this.#bytes.subarray(0, this.length));
      this.#bytes = grown;
    }
    this.#bytes.set(kept, this.length);
    this.length += kept.length;
  }

  /** The line, of which this is the last part, without its line end. Holds until the next part is added. */
  ended(part: Uint8Array): Uint8Array {
    let line = part;
    if (this.length > 0) {
      this.add(part);
      line = this.#bytes.subarray(0, this.length);
      this.length = 0;
    }
    return line[line.length - 1] === CR ? line.subarray(0, -1) : line;
  }
}

/** Whether a line has nothing but what JSON takes for space. */
function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === CR);
}

/** A source, being read. */
interface Chunks {
  /** The next piece, undefined at the end. */
  next(): Promise<Uint8Array | undefined>;
  /** Gives the source back, or up where it has not ended. */
  close(): Promise<void>;
}

const ACCEPTED = "pass a ReadableStream or an async iterable of Uint8Arrays, or one Uint8Array";

/** How a source is opened. Throws a `TypeError` for what is none. */
function opened(source: unknown): () => Chunks {
  if (isBytes(source)) return () => ofIterator(once(source));
  if (typeof source !== "object" || source === null) {
    throw new TypeError(`postcall: got ${source === null ? "null" : typeof source}; ${ACCEPTED}`);
  }
  if ("getReader" in source) return () => ofStream(source as ByteStream);
  if (Symbol.asyncIterator in source) return () => ofIterator((source as AsyncIterable<unknown>)[Symbol.asyncIterator]());
  if ("stream" in source) throw new TypeError("postcall: got a Blob or a File; pass its `stream()`");
  if ("body" in source) throw new TypeError("postcall: got a Request or a Response; pass its `body`");
  throw new TypeError(`postcall: got an object that is no source of bytes; ${ACCEPTED}`);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function ofStream(stream: ByteStream): Chunks {
  const reader = stream.getReader();
  return chunks(() => reader.read(), async (hasEnded) => {
    try {
      if (!hasEnded) await reader.cancel();
    } finally {
      reader.releaseLock();
    }
  });
}

function ofIterator(iterator: AsyncIterator<unknown>): Chunks {
  return chunks(() => iterator.next(), async (hasEnded) => {
    if (!hasEnded) await iterator.return?.();
  });
}

/** What readers and iterators give. */
type Piece = { done?: boolean | undefined; value?: unknown };

/** A source by what gives its next piece and by what closes it, which is told whether it has ended: also what fails has. */
function chunks(pull: () => PromiseLike<Piece>, close: (hasEnded: boolean) => Promise<void>): Chunks {
  let hasEnded = false;
  return {
    async next() {
      let piece: Piece;
      try {
        piece = await pull();
      } catch (error) {
        hasEnded = true;
        throw error;
      }
      hasEnded = piece.done === true;
      return hasEnded ? undefined : chunk(piece.value);
    },
    close: () => close(hasEnded),
  };
}

function chunk(value: unknown): Uint8Array {
  if (isBytes(value)) return value;
  const found = typeof value === "string" ? "text, as of a stream with an encoding" : value === null ? "null" : typeof value;
  throw new TypeError(`postcall: got a piece that is ${found}; ${ACCEPTED}`);
}

/** By its tag instead of `instanceof`: test runners and frames hand over objects of another realm. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}
