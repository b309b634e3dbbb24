import type { Issue } from "postcall";
import { tokenEnd } from "./place";

/** What a loose type could be written as: the words for a button, and what would stand in its place. */
export interface Fix {
  label: string;
  text: string;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** How to write the value that begins at `start` in its documented type; null where that would change what it says. */
export function fixFor(issue: Issue, text: string, start: number): Fix | null {
  if (issue.code !== "loose_type") return null;
  const token = text.slice(start, tokenEnd(text, start, text.length));
  if (issue.expected === "verdict" && /^(?:true|false)$/.test(token)) return { label: "Write it as text", text: `"${token}"` };
  const said = stringIn(token)?.trim();
  if (said === undefined) return null;
  if (issue.expected === "number" && NUMBER.test(said)) return { label: "Write it as a number", text: said };
  if (issue.expected === "boolean" && /^(?:true|false)$/i.test(said))
    return { label: "Write it as true or false", text: said.toLowerCase() };
  if (issue.expected === "object" && isObject(said)) return { label: "Write it as an object", text: said };
  return null;
}

function stringIn(token: string): string | undefined {
  const value = parsed(token);
  return typeof value === "string" ? value : undefined;
}

function isObject(text: string): boolean {
  const value = parsed(text);
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
