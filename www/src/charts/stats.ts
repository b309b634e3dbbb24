import type { CriterionCounts, Histogram, Stats, WordCounts } from "postcall";

/** A criterion of which it is known in how many calls it was met, too. */
export interface Judged extends CriterionCounts {
  passed: number;
  not_applicable: number;
}

/** What the charts are drawn of. */
export interface Counts extends Stats {
  criterion: Judged[];
}

/** The counts of two sets of calls that have no call in common. */
export function added(a: Counts, b: Counts): Counts {
  return {
    calls: a.calls + b.calls,
    unread: a.unread + b.unread,
    complete: b.complete,
    cursor: b.cursor,
    day: merged(a.day, b.day, "day", (x, y) => ({ day: x.day, calls: x.calls + y.calls })).sort((x, y) =>
      x.day < y.day ? -1 : 1,
    ),
    status: addedWords(a.status, b.status),
    outcome: addedWords(a.outcome, b.outcome),
    end_call_reason: addedWords(a.end_call_reason, b.end_call_reason),
    criterion: merged(a.criterion, b.criterion, "criterion", addedCriterion),
    duration_seconds: addedHistogram(a.duration_seconds, b.duration_seconds),
    talk: {
      turns: addedHistogram(a.talk.turns, b.talk.turns),
      words: addedHistogram(a.talk.words, b.talk.words),
      human_share: addedHistogram(a.talk.human_share, b.talk.human_share),
    },
  };
}

function addedWords(a: WordCounts, b: WordCounts): WordCounts {
  const counts = merged(a.counts, b.counts, "word", (x, y) => ({ word: x.word, calls: x.calls + y.calls }));
  return { counts: counts.sort((x, y) => y.calls - x.calls), none: a.none + b.none, other: a.other + b.other };
}

function addedCriterion(a: Judged, b: Judged): Judged {
  return {
    criterion: a.criterion,
    passed: a.passed + b.passed,
    partial: a.partial + b.partial,
    failed: a.failed + b.failed,
    not_applicable: a.not_applicable + b.not_applicable,
  };
}

function addedHistogram(a: Histogram, b: Histogram): Histogram {
  const bins = merged(a.bins, b.bins, "from", (x, y) => ({ ...x, calls: x.calls + y.calls }));
  return { bins, none: a.none + b.none, sum: a.sum + b.sum };
}

/** The rows of both, those with the same key as one. */
function merged<Key extends string, Row extends Record<Key, unknown>>(
  a: readonly Row[],
  b: readonly Row[],
  key: Key,
  add: (a: Row, b: Row) => Row,
): Row[] {
  const rows = new Map(a.map((row) => [row[key] as unknown, row]));
  for (const row of b) {
    const before = rows.get(row[key]);
    rows.set(row[key], before === undefined ? row : add(before, row));
  }
  return [...rows.values()];
}
