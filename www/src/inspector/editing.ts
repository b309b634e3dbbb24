import { signal } from "@preact/signals";
import type { Issue } from "postcall";
import type { Fix } from "./fix";
import type { Place } from "./place";

/** An issue at its place in the editor, and what may be written there instead. */
export interface Mark extends Place {
  issue: Issue;
  fix: Fix | null;
}

/** What shows and edits a text. */
export interface Editor {
  show(text: string): void;
  mark(marks: readonly Mark[]): void;
  /** Selects a place and brings it into sight. */
  reveal(place: Place): void;
  replace(place: Place, text: string): void;
  /** Lets go of the page. */
  leave(): void;
}

/** What stands where nothing was put in yet, in lines that fit a phone. */
export const HINT = 'Paste a payload,\nor drop files anywhere.\n\n{ "status": …, "call": { … } }';

/** The editor of the page, while there is one. */
export const editor = signal<Editor | null>(null);
