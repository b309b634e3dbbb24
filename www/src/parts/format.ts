/** Numbers, times and words as the viewer reads them. Nothing here returns markup. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;

const percent = once(() => new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 }));
const whole = once(() => new Intl.NumberFormat(undefined));
const bytes = once(() => new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }));

/**
 * What is made when it is first needed: for the very first formatter a browser looks through all languages that it knows,
 * which takes longer than drawing the empty page does.
 */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}

/** Has the formatters made that any call needs, for a moment in which nobody waits for them. */
export function prepareFormats(): void {
  count(0);
  duration(0);
  localTime("2026-01-31T12:00:00Z");
  maskedName("a");
}

export function share(value: number): string {
  return percent().format(value);
}

export function count(value: number): string {
  return whole().format(value);
}

/** `3 turns`, `1 turn`. The plural of every noun on these pages ends in a plain `s`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

export function size(value: number): string {
  if (value < 1000) return `${count(value)} B`;
  if (value < 1_000_000) return `${bytes().format(value / 1000)} kB`;
  return `${bytes().format(value / 1_000_000)} MB`;
}

/** Seconds as hours, minutes and seconds; what no call lasts is left in seconds. */
export function duration(seconds: number): string {
  if (seconds < MINUTE || seconds >= 100 * HOUR) return unit(seconds, "second");
  const rounded = Math.round(seconds);
  const parts: string[] = [];
  if (rounded >= HOUR) parts.push(unit(Math.floor(rounded / HOUR), "hour"));
  if (rounded % HOUR >= MINUTE) parts.push(unit(Math.floor((rounded % HOUR) / MINUTE), "minute"));
  if (rounded % MINUTE > 0) parts.push(unit(rounded % MINUTE, "second"));
  return parts.join(" ");
}

function unit(value: number, name: "hour" | "minute" | "second"): string {
  return units[name]().format(value);
}

const units = { hour: unitFormat("hour"), minute: unitFormat("minute"), second: unitFormat("second") };

function unitFormat(name: "hour" | "minute" | "second"): () => Intl.NumberFormat {
  return once(() => new Intl.NumberFormat(undefined, { style: "unit", unit: name, unitDisplay: "narrow", maximumFractionDigits: 1 }));
}

/** A time in the viewer's own zone, or null where the text is no time. */
export function localTime(time: string): string | null {
  return clock(time, undefined);
}

/** The same time in a named zone, or null where this browser knows no zone of that name. */
export function timeIn(time: string, zone: string): string | null {
  try {
    return clock(time, zone);
  } catch (error) {
    // A payload may name any zone; only the browser's list says which ones are real.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function clock(time: string, zone: string | undefined): string | null {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return null;
  return clockIn(zone).format(at);
}

/** Making one takes longer than all that is done with it in a row of a list. */
const clocks = new Map<string | undefined, Intl.DateTimeFormat>();

function clockIn(zone: string | undefined): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", timeZone: zone });
  clocks.set(zone, made);
  return made;
}

/** `no_repetition` as `no repetition`: a word of a vocabulary, made readable and nothing more. */
export function readable(word: string): string {
  return word.replaceAll(/[_-]+/g, " ").trim() || word;
}

/** The first letter and nothing else, the same length for everybody. */
export function maskedName(name: string): string {
  return name
    .split(/\s+/u)
    .filter((part) => part !== "")
    .slice(0, 3)
    .map((part) => `${firstLetter(part)}••••`)
    .join(" ");
}

export function maskedNumber(number: string): string {
  return `•••••••${number.slice(-2)}`;
}

const letters = once(() => new Intl.Segmenter(undefined, { granularity: "grapheme" }));

function firstLetter(text: string): string {
  for (const { segment } of letters().segment(text)) return segment;
  return "";
}
