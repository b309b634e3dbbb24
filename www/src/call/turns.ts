import type { Turn } from "postcall";
import { core } from "../app/core";

/** The turns of a payload as `JSON.parse` gives it; none while there is no core yet. */
export function turnsOf(payload: unknown): Turn[] {
  const transcript = member(member(payload, "call"), "transcript");
  return typeof transcript === "string" && core.value !== null ? core.value.parseTranscript(transcript) : [];
}

/** An own member of an object, or nothing. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
