import type { Turn } from "postcall";
import { core } from "../app/core";
import { member } from "../parts/member";

/** The turns of a payload as `JSON.parse` gives it; none while there is no core yet. */
export function turnsOf(payload: unknown): Turn[] {
  const transcript = member(member(payload, "call"), "transcript");
  return typeof transcript === "string" && core.value !== null ? core.value.parseTranscript(transcript) : [];
}
