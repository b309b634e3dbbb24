/** How much of a text is looked at to tell whether it holds a payload in each line. */
const PEEK_BYTES = 1_000_000;

/** Whether a file is lines of JSON, by its name or by its beginning. */
export async function holdsLines(file: File): Promise<boolean> {
  return isNamedLines(file) || isLines(await file.slice(0, PEEK_BYTES).text());
}

export function isNamedLines(file: File): boolean {
  return /\.(?:ndjson|jsonl)$/i.test(file.name);
}

/** Whether a text is lines of JSON, as far as its beginning tells: no JSON text goes on behind its value. */
export function isLines(text: string): boolean {
  const end = text.slice(0, PEEK_BYTES).indexOf("\n");
  if (end < 0 || text.slice(end).trim() === "") return false;
  try {
    const first: unknown = JSON.parse(text.slice(0, end));
    return typeof first === "object" && first !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const LF = 10;
const CR = 13;
/** A file that is read faster than its lines are leaves a thread no moment to hear that it should stop; so it takes one. */
const LISTEN_EVERY_MS = 100;

/** A line of a file that is being read, as far as it was read. */
export interface Line {
  /** Where it stands, without its line end. */
  start: number;
  end: number;
  /** Its bytes, with its line feed. */
  parts: Uint8Array[];
}

export function noLine(): Line {
  return { start: 0, end: 0, parts: [] };
}

/**
 * The bytes of a file, cut behind each line feed: `now` is the line that they belong to. Of a line that is longer than
 * `most`, no more than that is kept.
 */
export async function* byLines(file: File, now: Line, most: number): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  let at = 0;
  let ended = false;
  /** The byte before the part. */
  let last: number | undefined;
  let listened = performance.now();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (performance.now() - listened > LISTEN_EVERY_MS) {
        await new Promise((resolve) => setTimeout(resolve));
        listened = performance.now();
      }
      for (let rest = next.value; rest.length > 0; ) {
        const feed = rest.indexOf(LF);
        const part = feed < 0 ? rest : rest.subarray(0, feed + 1);
        if (ended) Object.assign(now, { start: at, parts: [] });
        if (at - now.start < most) now.parts.push(part);
        at += part.length;
        ended = feed >= 0;
        const beforeFeed = feed > 0 ? part[feed - 1] : last;
        now.end = ended ? at - (beforeFeed === CR ? 2 : 1) : at;
        last = part.at(-1);
        rest = rest.subarray(part.length);
        yield part;
      }
    }
  } finally {
    await reader.cancel();
  }
}
