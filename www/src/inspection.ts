import { computed, signal } from "@preact/signals";
import type { Issue, Summary, Turn } from "postcall";
import { type Core, core } from "./core";
import type { Source } from "./place";

/** What the core says about one payload: exactly the report that every host of it gives. */
export interface Report {
  valid: boolean;
  issues: Issue[];
  summary: Summary | null;
}

/** The package's own bound; one byte more is read of a file, so that the core sees that it is too large. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The source on the page, or null while there is none. */
export const source = signal<Source | null>(null);

/** What kept a file from being read. */
export const fileProblem = signal<string | null>(null);
export const reading = signal<string | null>(null);

/** The report on the source; null while there is no source, or no core yet. */
export const report = computed<Report | null>(() =>
  source.value === null || core.value === null ? null : inspect(core.value, source.value),
);

export const turns = computed<Turn[]>(() => {
  if (source.value === null || core.value === null || !report.value?.valid) return [];
  const parsed = core.value.safeParse(inputOf(source.value));
  return parsed.success ? turnsOf(parsed.data) : [];
});

export function setText(text: string): void {
  fileProblem.value = null;
  source.value = text === "" ? null : { kind: "text", text };
}

export async function setFile(file: File): Promise<void> {
  fileProblem.value = null;
  reading.value = file.name;
  try {
    const bytes = new Uint8Array(await file.slice(0, MAX_BYTES + 1).arrayBuffer());
    source.value = { kind: "file", name: file.name, bytes, size: file.size };
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    fileProblem.value = "The file could not be read. It may have been moved, or be a folder. Choose it again.";
  } finally {
    reading.value = null;
  }
}

/** The turns of a payload as `JSON.parse` gives it; none while there is no core yet. */
export function turnsOf(payload: unknown): Turn[] {
  const transcript = member(member(payload, "call"), "transcript");
  return typeof transcript === "string" && core.value !== null ? core.value.parseTranscript(transcript) : [];
}

function inspect(by: Core, from: Source): Report {
  const result = by.safeSummarize(inputOf(from));
  return { valid: result.success, issues: result.issues, summary: result.success ? result.summary : null };
}

function inputOf(from: Source): Uint8Array | string {
  return from.kind === "text" ? from.text : from.bytes;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
