import type { Issue } from "postcall";

/** What was put in: typed or pasted text, or a file's bytes as they are. */
export type Source =
  | { kind: "text"; text: string }
  /** `file` is what the bytes are the beginning of, where they come from one. */
  | { kind: "file"; name: string; bytes: Uint8Array; size: number; file?: File };

/** A stretch of the source as an editor shows it, which keeps every line end as one line feed. */
export interface Place {
  start: number;
  end: number;
}

/** What is underlined of a very long string is its beginning. */
const TOKEN_LIMIT = 2000;

/** A file's bytes as text, with a replacement character for what is none. */
export function textOf(source: Source): string {
  return source.kind === "text" ? source.text : decoder().decode(source.bytes);
}

/** Where issues stand in the editor that shows the source: one walk along it, however many there are. */
export function placesOf(source: Source, issues: readonly Issue[]): Place[] {
  const text = textOf(source);
  const ordered = issues
    .map((issue, number) => ({ issue, number }))
    .sort((a, b) => a.issue.location.offset - b.issue.location.offset);
  const indexes = source.kind === "file" ? indexesInBytes(source.bytes) : indexesInText(text);
  const shown = indexesShown(text);
  const places: Place[] = [];
  for (const { issue, number } of ordered) {
    const start = Math.min(indexes(issue), text.length);
    // The end of one issue may lie behind the start of the next one, so only starts are walked to.
    const from = shown(start);
    places[number] = { start: from, end: from + asShown(text.slice(start, tokenEnd(text, start, TOKEN_LIMIT))).length };
  }
  return places;
}

/** The end of the string, word or bracket that starts at `start`. */
export function tokenEnd(text: string, start: number, most: number): number {
  const limit = Math.min(text.length, start + most);
  if (text[start] === '"') {
    for (let at = start + 1; at < limit; at += 1) {
      if (text[at] === "\\") at += 1;
      else if (text[at] === '"' || text[at] === "\n") return at + 1;
    }
    return limit;
  }
  let at = start;
  while (at < limit && !/[\s,:{}[\]"]/.test(text[at] ?? " ")) at += 1;
  return Math.min(Math.max(at, start + 1), text.length);
}

/** As an editor keeps the text. */
export function asShown(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function decoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

/** Byte offsets as indexes of the decoded text; each call goes on where the one before ended. */
function indexesInBytes(bytes: Uint8Array): (issue: Issue) => number {
  const decode = decoder();
  let offset = 0;
  let index = 0;
  return ({ location }) => {
    index += decode.decode(bytes.subarray(offset, location.offset), { stream: true }).length;
    offset = location.offset;
    return index;
  };
}

/** Lines and columns as indexes of the text; each call goes on where the one before ended. */
function indexesInText(text: string): (issue: Issue) => number {
  let line = 1;
  let from = 0;
  return ({ location }) => {
    while (line < location.line) {
      const feed = text.indexOf("\n", from);
      if (feed < 0) break;
      from = feed + 1;
      line += 1;
    }
    return from + location.column - 1;
  };
}

/** Indexes of the text as indexes of what the editor shows, for starts in ascending order. */
function indexesShown(text: string): (start: number) => number {
  let walked = 0;
  let dropped = 0;
  return (start) => {
    for (let at = text.indexOf("\r\n", walked); at >= 0 && at < start; at = text.indexOf("\r\n", at + 2)) {
      dropped += 1;
      walked = at + 2;
    }
    walked = Math.max(walked, start);
    return start - dropped;
  };
}
