import { load } from "#load";

/** The functions of the binary. All take and give numbers; an answer is the address of a flat buffer, 0 for none. */
export interface Exports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  /** Makes room for an input of so many bytes. Its address. */
  reserve(length: number): number;
  validate(length: number, flags: number, max_bytes: number, max_depth: number): number;
  parse(length: number, flags: number, max_bytes: number, max_depth: number): number;
  summarize(length: number, flags: number, max_bytes: number, max_depth: number): number;
  transcript(length: number): number;
}

/** What is asked of the binary. Each has a call of its own, which the engine then links to the one function it meets. */
export type Job = (wasm: Exports, length: number, flags: number, max_bytes: number, max_depth: number) => number;

/** One instance of the binary and the views of its memory. */
export class Engine {
  readonly #exports: Exports;
  /** The memory. Views die when it grows, as it may in every call of the binary. */
  bytes = new Uint8Array(0);
  /** The memory in words of 32 bits. */
  words = new Uint32Array(0);
  /** Where the input is written, and how much room there is. */
  address = 0;
  #room = -1;
  /** How many texts are encoded without a try whether they are ASCII: where one is not, the next ones hardly are. */
  #untried = 0;
  /** The binary's own words that have been read, by what the flat buffer has for them. */
  readonly own = new Map<number, string>();

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as Exports;
  }

  /** Makes the views anew where they have died. */
  #look(): void {
    if (this.bytes.length > 0) return;
    const { buffer } = this.#exports.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Uint32Array(buffer);
  }

  /** Writes an input of at most `max_bytes` bytes into the memory. Its length in bytes, -1 where it is longer. */
  write(input: Uint8Array | string, max_bytes: number): number {
    if (input.length > max_bytes) return -1;
    if (typeof input === "string") return this.#encode(input, max_bytes);
    const address = this.#reserve(input.length);
    this.bytes.set(input, address);
    return input.length;
  }

  #encode(text: string, max_bytes: number): number {
    const { length } = text;
    // Base64 of more than a quarter of a million characters takes the engine longer than the encoder.
    if (hasSlowEncoder && length < 1 << 18 && --this.#untried < 0) {
      const address = this.#reserve(length);
      const end = address + length;
      try {
        (this.bytes.subarray(address, end) as Uint8Array & { setFromBase64(text: string): unknown }).setFromBase64(btoa(text));
        let word = end >>> 2;
        // The first and the last word hold bytes that are none of the text's: where those are not ASCII, it is encoded.
        while (word >= address >>> 2 && !(this.words[word]! & 0x80808080)) word--;
        if (word < address >>> 2) return length;
      } catch {
        // Characters beyond Latin-1, which `btoa` does not take, or a browser without the way back: the encoder takes all.
      }
      this.#untried = 16;
    }
    // Room for some characters beyond ASCII; only a text with many of them is encoded twice.
    for (const most of [length + (length >>> 3) + 16, length * 3]) {
      const room = Math.min(most, max_bytes + 4);
      const address = this.#reserve(room);
      const view = this.bytes.subarray(address, address + room);
      const { read, written } = encoder.encodeInto(text, view);
      if (read === length) {
        if (!isWellFormed(text)) keepSurrogates(text, view);
        return written > max_bytes ? -1 : written;
      }
    }
    return -1;
  }

  #reserve(length: number): number {
    if (length > this.#room) {
      this.address = this.#exports.reserve(length) >>> 0;
      if (this.address === 0) throw new RangeError(`postcall: no memory for an input of ${length} bytes`);
      this.#room = length;
      this.#look();
    }
    return this.address;
  }

  /** Reads the input of so many bytes. The address of the answer. */
  run(job: Job, length: number, flags: number, max_bytes: number, max_depth: number): number {
    const address = job(this.#exports, length, flags, max_bytes, max_depth);
    this.#look();
    if (address === 0) throw new Error("postcall: no answer");
    return address >>> 0;
  }
}

/**
 * Whether the host is Chromium, which alone has `userAgentData`: its encoder takes a nanosecond for each character. ASCII goes
 * to the memory by base64 there, which the host writes and reads many bytes at a time, in half of that.
 */
const hasSlowEncoder = /* @__PURE__ */ (() => "userAgentData" in (globalThis.navigator ?? {}))();

/** @internal */
export const encoder = /* @__PURE__ */ new TextEncoder();

/** Whether a text has no half of a surrogate pair. */
export function isWellFormed(text: string & { isWellFormed?(): boolean }): boolean {
  return text.isWellFormed ? text.isWellFormed() : !/\p{Surrogate}/u.test(text);
}

/**
 * Puts a sequence that is cut short where the encoder wrote U+FFFD for half of a surrogate pair: what is no Unicode text
 * is to be found and reported, not replaced in silence. It has as many bytes and counts as one column, too.
 */
function keepSurrogates(text: string, bytes: Uint8Array): void {
  let at = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point >>> 11 === 0xd800 >>> 11) bytes.set([0xf0, 0x90, 0x80], at);
    at += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
}

// Not `module`: Bun takes a worker's script, which exports nothing, for CommonJS, where that is set from the beginning.
let compiled: WebAssembly.Module | undefined;
let engine: Engine | undefined;

/** Puts a binary in the place of the one that there may be. */
export function use(module: WebAssembly.Module): void {
  compiled = module;
  engine = undefined;
}

/**
 * Runs something on the instance. An instance in which anything went wrong is not trusted again: after a trap the call
 * is repeated once on a fresh one.
 */
export function withEngine<T>(job: (engine: Engine) => T): T {
  try {
    return job((engine ??= start()));
  } catch (error) {
    engine = undefined;
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
  }
  try {
    return job((engine = start()));
  } catch (error) {
    engine = undefined;
    throw new Error("postcall: the WebAssembly module failed: no memory for an input of this size, or a bug in postcall", {
      cause: error,
    });
  }
}

function start(): Engine {
  return new Engine((compiled ??= compile()));
}

function compile(): WebAssembly.Module {
  try {
    return load();
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) throw unusable(error);
    throw error;
  }
}

/** The error for a binary that the host will not compile, or that is another one. */
export function unusable(cause: unknown): Error {
  return new Error(
    "postcall: cannot use the WebAssembly module; pass the package's own postcall.wasm; a Content-Security-" +
      "Policy needs `script-src 'wasm-unsafe-eval'`",
    { cause },
  );
}
