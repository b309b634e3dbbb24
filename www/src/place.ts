import type { Issue } from "postcall";

/** What was put in: typed or pasted text, or a file's bytes as they are. */
export type Source = { kind: "text"; text: string } | { kind: "file"; name: string; bytes: Uint8Array; size: number };

export interface Place {
  start: number;
  end: number;
  line: number;
}

const TOKEN_LIMIT = 2000;

/** A file's bytes as text, with a replacement character for what is none. */
export function textOf(source: Source): string {
  return source.kind === "text" ? source.text : decode(source.bytes);
}

/** Where an issue stands in the text area that shows the source. */
export function placeOf(source: Source, issue: Issue): Place {
  const { offset, line, column } = issue.location;
  const text = textOf(source);
  const start =
    source.kind === "file" ? decode(source.bytes.subarray(0, offset)).length : indexAt(text, line, column);
  const end = tokenEnd(text, start);
  return { start: shown(text, start), end: shown(text, end), line: text.slice(0, start).split("\n").length };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function indexAt(text: string, line: number, column: number): number {
  let from = 0;
  for (let left = line - 1; left > 0; left -= 1) {
    const feed = text.indexOf("\n", from);
    if (feed < 0) break;
    from = feed + 1;
  }
  return Math.min(from + column - 1, text.length);
}

/** A text area keeps every line end as one line feed. */
function shown(text: string, index: number): number {
  return text.slice(0, index).replaceAll("\r\n", "\n").length;
}

/** The end of the string, word or bracket that starts at `start`. */
function tokenEnd(text: string, start: number): number {
  const limit = Math.min(text.length, start + TOKEN_LIMIT);
  const first = text[start];
  if (first === '"') {
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
