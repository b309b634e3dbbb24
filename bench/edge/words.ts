// The vocabularies, read tolerantly: case aside, and with `-`, `_` and space alike.

export type Outcome =
  | "connected" | "voicemail" | "not_reached" | "failed" | "cancelled" | "blocked" | "in_progress" | "unknown";

const CLASSES: ReadonlyMap<string, Outcome> = new Map([
  ["completed", "connected"], ["done", "connected"], ["failed", "failed"],
  ["queue", "in_progress"], ["paused", "in_progress"], ["initiated", "in_progress"], ["pending", "in_progress"],
  ["ringing", "in_progress"], ["in_progress", "in_progress"], ["registered", "in_progress"],
  ["no_answer", "not_reached"], ["busy", "not_reached"],
  ["hangup_on_voicemail", "voicemail"], ["left_voicemail", "voicemail"], ["voicemail", "voicemail"],
  ["voicemail_detected", "voicemail"], ["machine_detected", "voicemail"],
  ["canceled", "cancelled"], ["cancelled", "cancelled"], ["user_canceled", "cancelled"], ["user_cancelled", "cancelled"],
  ["spam", "blocked"],
]);

/** A word as the tables have it. */
export const folded = (text: string): string => text.trim().toLowerCase().replace(/[- ]/g, "_");

/** What a status says of the call, if it is known. */
export function statusClass(status: string | null | undefined): Outcome | undefined {
  return status == null ? undefined : CLASSES.get(status) ?? CLASSES.get(folded(status));
}

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["human_goodbye", ", ended by the person"], ["human_ended_call", ", ended by the person"],
  ["human_hangup", ", ended by the person"],
  ["agent_goodbye", ", ended by the agent"], ["agent_ended_call", ", ended by the agent"],
  ["human_pick_up_cut_off", ", cut off without a goodbye"],
  ["max_duration", ", ended by the time limit"], ["timeout", ", ended by the time limit"],
  ["custom_end_call", ", ended by a custom condition"],
]);

/** Who or what ended a connected call. */
export const howItEnded = (reason: string): string => ENDINGS.get(reason) ?? "";

const VOICEMAIL = new Set(["voicemail", "voicemail_message_left", "voicemail_cut_off"]);
export const isVoicemail = (reason: string): boolean => VOICEMAIL.has(reason);

/** What a headline begins with. */
export const LEADS: Readonly<Record<Outcome, string>> = {
  connected: "Connected",
  voicemail: "Reached a voicemail",
  not_reached: "Nobody was reached",
  failed: "The call failed",
  cancelled: "The call was cancelled",
  blocked: "The call was blocked",
  in_progress: "The call is not over",
  unknown: "The call ended with a status that is not known",
};

/** What a call is judged by. */
export const CRITERIA = [
  "persona", "style", "steps", "no_repetition", "objections", "objection_not_defined", "knowledge", "goal", "appointment",
  "user_sentiment", "agent_sentiment", "call_completion", "answered_by_human", "opted_in", "no_opt_out",
] as const;
