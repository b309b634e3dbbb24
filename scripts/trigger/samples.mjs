// The calls that npm run trigger sends: the payloads of tests/cases, all of them invented, as calls that have just ended.

import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "../setup/places.mjs";

const CASES = at("tests", "cases");

/** How ids begin that are made here; a search for it finds these calls, to erase them. */
export const PREFIX = "trigger-";

/** The payloads that are valid as JSON and as calls: name, outcome and headline of each, in the order of their names. */
export function list(folder = CASES) {
  const found = [];
  for (const name of readdirSync(folder).sort()) {
    const [payload, report, options] = ["payload.json", "report.json", "options.json"].map((part) => join(folder, name, part));
    if (!existsSync(payload) || !existsSync(report) || existsSync(options)) continue;
    const { summary } = JSON.parse(readFileSync(report, "utf8"));
    // A byte order mark is the core's to accept; JavaScript does not.
    const text = readFileSync(payload, "utf8").replace(/^\uFEFF+/, "");
    if (summary) found.push({ name, text, outcome: summary.outcome.kind, headline: summary.headline });
  }
  return found;
}

const DATE = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/** Milliseconds of a date and time; one without an offset is UTC. NaN where it is none. */
const milliseconds = (text) => (DATE.test(text) ? Date.parse(text.replace(DATE, (all, _, zone) => (zone ? all : `${all}Z`))) : NaN);

/** A date and time, later by so many milliseconds and otherwise as it was: the same offset, the same `T` or blank. */
function later(text, by) {
  const moved = milliseconds(text) + by;
  if (Number.isNaN(moved)) return text;
  const [, , zone = ""] = DATE.exec(text);
  const offset = /\d/.test(zone) ? (Number(zone.slice(0, 3)) * 60 + Number(`${zone[0]}${zone.slice(4)}`)) * 60_000 : 0;
  return new Date(moved + offset).toISOString().replace("T", text[10]).slice(0, 19) + zone;
}

const shifts = {
  start_time: (value, by) => (typeof value === "string" ? later(value, by) : value),
  timestamp_datetime: (value, by) => (typeof value === "string" ? later(value, by) : value),
  timestamp: (value, by) => (typeof value === "number" ? value + by / 1000 : value),
};

/** The sample as a call that has just ended and that nobody has heard of; `id` is its id. */
export function fresh({ text }, { now = Date.now(), id = `${PREFIX}${randomUUID()}` } = {}) {
  const { call_id, start_time, duration } = JSON.parse(text).call;
  const began = typeof start_time === "string" ? milliseconds(start_time) : NaN;
  const by = Number.isNaN(began) ? 0 : now - 1000 * (Number(duration) || 0) - began;
  // Actions name their call as well.
  const renewed = JSON.parse(text, (key, value) => (value === call_id ? id : Object.hasOwn(shifts, key) ? shifts[key](value, by) : value));
  return { id, body: JSON.stringify(renewed) };
}
