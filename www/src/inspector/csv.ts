import type { Summary } from "postcall";

type Cell = string | number | null;

/** The columns of the Worker's export, but for what only the Worker knows. */
const COLUMNS: readonly (readonly [string, (summary: Summary) => Cell])[] = [
  ["call_id", (summary) => summary.call_id],
  ["started_at", (summary) => summary.started_at],
  ["timezone", (summary) => summary.timezone],
  ["status", (summary) => summary.status],
  ["outcome", (summary) => summary.outcome.kind],
  ["end_call_reason", (summary) => summary.end_call_reason],
  ["custom_end_call_reason", (summary) => summary.custom_end_call_reason],
  ["duration_seconds", (summary) => summary.duration_seconds],
  ["lead_name", (summary) => summary.lead.name],
  ["lead_phone_number", (summary) => summary.lead.phone_number],
  ["turns", (summary) => summary.talk.turns],
  ["lines", (summary) => summary.talk.lines],
  ["words", (summary) => summary.talk.words],
  ["bot_words", (summary) => summary.talk.bot.words],
  ["human_words", (summary) => summary.talk.human.words],
  ["human_share", (summary) => summary.talk.human.share],
  ["answers", (summary) => summary.answers.filter((answer) => answer.found).length],
  ["actions", (summary) => summary.actions.total],
  ["failed_actions", (summary) => summary.actions.failed.length],
  ["passed", (summary) => summary.analysis?.passed ?? null],
  ["partial", (summary) => summary.analysis?.partial ?? null],
  ["failed", (summary) => summary.analysis?.failed ?? null],
  ["not_applicable", (summary) => summary.analysis?.not_applicable ?? null],
  ["findings", (summary) => summary.analysis?.findings.length ?? null],
  ["overview", (summary) => summary.analysis?.overview ?? null],
  ["headline", (summary) => summary.headline],
  ["recording_url", (summary) => summary.recording_url],
  ["external_id", (summary) => summary.external_id],
  ["model_id", (summary) => summary.model_id],
];

export const csvHead = `${COLUMNS.map(([name]) => name).join(",")}\r\n`;

export function csvRow(summary: Summary): string {
  return `${COLUMNS.map(([, read]) => cell(read(summary))).join(",")}\r\n`;
}

/** A spreadsheet would run what begins like this, behind anything that does not show. */
const FORMULA = /^[\s\p{C}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;
/** What begins with a sign and is none: a phone number in E.164, a number as JSON spells it. */
const PLAIN = /^(?:\+[1-9]\d{0,14}|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** A cell as RFC 4180 writes it, with a `'` before what a spreadsheet would take for a formula. */
function cell(value: Cell): string {
  if (value === null) return "";
  const text = String(value);
  const safe = FORMULA.test(text) && !PLAIN.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(text) || text.trim() !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}
