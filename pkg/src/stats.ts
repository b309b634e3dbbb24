import type { Summary } from "./summary.js";
import { aliases, criteria, vocabularies } from "./tables.js";

/** Counts of calls for charts, in the shape in which the Worker's `GET /api/stats` answers. */
export interface Stats {
  /** All calls. */
  calls: number;
  /** Calls that could not be read: none, as each has a summary. */
  unread: number;
  /** Whether these are all calls: they are. */
  complete: boolean;
  /** Where to go on: nowhere. */
  cursor: string | null;
  /** Calls by day in UTC, oldest first; days without calls are left out, and so are calls without a start. */
  day: {
    /** The day, as `2026-01-31`. */
    day: string;
    /** How many calls began on it. */
    calls: number;
  }[];
  /** By `status`. */
  status: WordCounts;
  /** By the outcome's kind. */
  outcome: WordCounts;
  /** By `end_call_reason`. */
  end_call_reason: WordCounts;
  /** By the judge's verdicts, for each criterion that there is. */
  criterion: CriterionCounts[];
  /** By length. */
  duration_seconds: Histogram;
  /** By who said how much. */
  talk: {
    /** Runs of lines by one speaker. */
    turns: Histogram;
    /** Words of both. */
    words: Histogram;
    /** The other party's share of the words, 0 to 1, of calls in which anyone spoke. */
    human_share: Histogram;
  };
}

/** Calls by a word. Spellings of one word are one word. */
export interface WordCounts {
  /** Most frequent first. */
  counts: {
    /** The word as it is known, or as it came. */
    word: string;
    /** How many calls have it. */
    calls: number;
  }[];
  /** Calls without a word. */
  none: number;
  /** Calls with a word beyond the first hundred. */
  other: number;
}

/** Calls by the judge's verdict on a criterion. */
export interface CriterionCounts {
  /** Its name. */
  criterion: string;
  /** Null here: a summary counts the criteria that were met and does not name them. */
  passed: number | null;
  /** Calls in which it was partly met. */
  partial: number;
  /** Calls in which it was not met. */
  failed: number;
  /** Null here, as `passed`. */
  not_applicable: number | null;
}

/** Calls by a number. */
export interface Histogram {
  /** `from` is included, `to` is not; null is no bound. */
  bins: {
    /** The least number that is counted here; the first bin has what is below, too. */
    from: number;
    /** The least number that no longer is. */
    to: number | null;
    /** How many calls have a number in between. */
    calls: number;
  }[];
  /** Calls that do not have the number. */
  none: number;
  /** The sum of the others' numbers. */
  sum: number;
}

/** The most words that are counted one by one. */
const MOST_WORDS = 100;

/** Counts calls. Among equally frequent words, the one that came first stands first. */
export function aggregate(summaries: Iterable<Summary>): Stats {
  if (typeof (summaries as Iterable<Summary> | null)?.[Symbol.iterator] !== "function" || typeof summaries === "string") {
    throw new TypeError("postcall: pass the summaries as an array or another iterable");
  }
  const status = words(vocabularies.call_status, aliases.call_status);
  const outcome = words([], {});
  const reason = words(vocabularies.end_call_reason, aliases.end_call_reason);
  const seconds = histogram([0, 10, 30, 60, 120, 300, 600, 1_800, 3_600]);
  const turns = histogram([0, 1, 5, 10, 20, 50]);
  const spoken = histogram([0, 1, 50, 100, 200, 500, 1_000]);
  const share = histogram([0, 0.2, 0.4, 0.6, 0.8]);
  const criterion = criteria().map((criterion): CriterionCounts => ({ criterion, passed: null, partial: 0, failed: 0, not_applicable: null }));
  const days = new Map<string, number>();
  let calls = 0;
  for (const summary of summaries) {
    if (typeof summary?.outcome?.kind !== "string" || typeof summary.talk?.human?.words !== "number" || summary.status === undefined) {
      throw new TypeError("postcall: got an item that is no summary; pass what `summarize` gives");
    }
    calls++;
    const day = summary.started_at?.slice(0, "2026-01-31".length);
    if (day !== undefined) days.set(day, (days.get(day) ?? 0) + 1);
    status.add(summary.status);
    outcome.add(summary.outcome.kind);
    reason.add(summary.end_call_reason);
    seconds.add(summary.duration_seconds);
    const { bot, human } = summary.talk;
    const both = bot.words + human.words;
    turns.add(summary.talk.turns);
    spoken.add(both);
    share.add(both > 0 ? human.words / both : null);
    for (const { criterion: name, verdict } of summary.analysis?.findings ?? []) {
      const counts = criterion.find((row) => row.criterion === name);
      if (counts) counts[verdict === "partial" ? "partial" : "failed"]++;
    }
  }
  return {
    calls,
    unread: 0,
    complete: true,
    cursor: null,
    day: [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, calls]) => ({ day, calls })),
    status: status.counted(),
    outcome: outcome.counted(),
    end_call_reason: reason.counted(),
    criterion,
    duration_seconds: seconds.counts,
    talk: { turns: turns.counts, words: spoken.counts, human_share: share.counts },
  };
}

/** A text as it is compared: ASCII space round it and ASCII case aside, and with `-`, `_` and space alike. */
function folded(text: string): string {
  const trimmed = text.replace(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, "");
  return trimmed.replace(/[A-Z]/g, (letter) => letter.toLowerCase()).replace(/[- ]/g, "_");
}

function words(known: readonly string[], aliases: Record<string, string>) {
  const meant = new Map([...known.map((word) => [word, word]), ...Object.entries(aliases)].map(([text, word]) => [folded(text!), word!]));
  const counts = new Map<string, number>();
  let none = 0;
  let other = 0;
  return {
    add(text: string | null) {
      if (text === null) {
        none++;
        return;
      }
      const word = meant.get(folded(text)) ?? text;
      const calls = counts.get(word);
      if (calls !== undefined) counts.set(word, calls + 1);
      else if (counts.size < MOST_WORDS) counts.set(word, 1);
      else other++;
    },
    counted: (): WordCounts => ({
      counts: [...counts].map(([word, calls]) => ({ word, calls })).sort((a, b) => b.calls - a.calls),
      none,
      other,
    }),
  };
}

function histogram(from: readonly number[]) {
  const counts: Histogram = {
    bins: from.map((from, at, all) => ({ from, to: all[at + 1] ?? null, calls: 0 })),
    none: 0,
    sum: 0,
  };
  return {
    counts,
    add(number: number | null) {
      if (number === null) {
        counts.none++;
        return;
      }
      // What is below the first bound is counted with it: there are no negative lengths.
      const bin = counts.bins.filter(({ from }) => from <= number).at(-1) ?? counts.bins[0];
      if (bin) bin.calls++;
      counts.sum += number;
    },
  };
}
