import { computed, signal } from "@preact/signals";
import type { Issue, Summary, Turn } from "postcall";
import { type Core, core } from "../app/core";
import { turnsOf } from "../call/turns";
import type { Mark } from "./editing";
import { fixFor } from "./fix";
import { asShown, placesOf, type Source, textOf } from "./place";

/** What the core says about one payload: exactly the report that every host of it gives. */
export interface Report {
  valid: boolean;
  issues: Issue[];
  summary: Summary | null;
}

/** The package's own bound; one byte more is read of a file, so that the core sees that it is too large. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The editor shows and edits this much without making the page wait; a larger file is only read. */
const EDITABLE_BYTES = 2_000_000;

/** The source on the page, or null while there is none. */
export const source = signal<Source | null>(null);

/** What kept a file from being read. */
export const fileProblem = signal<string | null>(null);
export const reading = signal<string | null>(null);

/** Whether the source is shown and can be edited. */
export const editable = computed(() => {
  const now = source.value;
  return now === null || (now.kind === "text" ? now.text.length : now.bytes.length) <= EDITABLE_BYTES;
});

/** The report on the source; null while there is no source, or no core yet. */
export const report = computed<Report | null>(() =>
  source.value === null || core.value === null ? null : inspect(core.value, source.value),
);

/**
 * Whether a verdict has been on the screen. All else that there is to say of a payload waits for the first one: to draw it, and
 * to have the browser make its first formatter of numbers, takes much longer than to judge it.
 */
export const told = signal(false);

/** The payload, as `JSON.parse` gives it, where the report says that it is one. */
export const payload = computed<unknown>(() => {
  if (source.value === null || core.value === null || !report.value?.valid) return null;
  const parsed = core.value.safeParse(inputOf(source.value));
  return parsed.success ? parsed.data : null;
});

export const turns = computed<Turn[]>(() => turnsOf(payload.value));

/** The issues of the report at their places in the editor. */
export const marks = computed<Mark[]>(() => {
  const from = source.value;
  if (from === null || !told.value || report.value === null || !editable.value) return [];
  const { issues } = report.value;
  const text = asShown(textOf(from));
  return placesOf(from, issues).map((place, number) => {
    const issue = issues[number] as Issue;
    return { ...place, issue, fix: fixFor(issue, text, place.start) };
  });
});

export function setText(text: string): void {
  fileProblem.value = null;
  source.value = text === "" ? null : { kind: "text", text };
}

export function setBytes(name: string, bytes: Uint8Array): void {
  fileProblem.value = null;
  source.value = { kind: "file", name, bytes: bytes.subarray(0, MAX_BYTES + 1), size: bytes.length };
}

export async function setFile(file: File): Promise<void> {
  fileProblem.value = null;
  reading.value = file.name;
  try {
    const bytes = new Uint8Array(await file.slice(0, MAX_BYTES + 1).arrayBuffer());
    source.value = { kind: "file", name: file.name, bytes, size: file.size, file };
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    fileProblem.value = "The file could not be read. It may have been moved, or be a folder. Choose it again.";
  } finally {
    reading.value = null;
  }
}

function inspect(by: Core, from: Source): Report {
  const result = by.safeSummarize(inputOf(from));
  return { valid: result.success, issues: result.issues, summary: result.success ? result.summary : null };
}

function inputOf(from: Source): Uint8Array | string {
  return from.kind === "text" ? from.text : from.bytes;
}
