import type { Histogram } from "postcall";
import { count, counted, duration, share } from "../parts/format";
import { Empty, Panel } from "../parts/panel";
import { CriterionBars, WordBars } from "./bars";
import { type Column, Columns } from "./columns";
import type { Counts } from "./stats";

const DAY_MS = 86_400_000;
/** More days than this are drawn as months: a column is to be seen. */
const MOST_DAYS = 120;

/** A list of calls by one of their words. */
type ListOf = (filter: "outcome" | "status", word: string) => string;

/** Counts of calls, drawn. Where there is a list of them, words lead to it. */
export function Charts({ stats, list }: { stats: Counts; list?: ListOf }) {
  const { talk, duration_seconds } = stats;
  return (
    <div class="charts" data-testid="charts">
      <Panel title="Calls" name="days" aside={counted(stats.calls, "call")}>
        <Days counted={stats.day} />
      </Panel>
      <div class="charts-column">
        <Panel title="How they ended" name="ends">
          <WordBars title="Outcome" noun="Outcome" words={stats.outcome} tones to={list && ((word) => list("outcome", word))} />
          <WordBars title="End reason" noun="End reason" words={stats.end_call_reason} />
          <WordBars title="Status" noun="Status" words={stats.status} to={list && ((word) => list("status", word))} />
        </Panel>
        <Panel title="Length" name="lengths" aside={average(duration_seconds, stats.calls, duration)}>
          <Columns title="Calls by length" noun="Length" columns={bins(duration_seconds, duration)} />
        </Panel>
      </div>
      <div class="charts-column">
        <Panel title="Judge" name="criteria" aside="a language model's opinion">
          <CriterionBars criteria={stats.criterion} />
        </Panel>
        <Panel title="Talk" name="talk">
          <Columns title="Calls by turns" noun="Turns" columns={bins(talk.turns, count)} />
          <Columns title="Calls by the other party's share of the words" noun="Share" columns={bins(talk.human_share, share)} />
        </Panel>
      </div>
    </div>
  );
}

function average(of: Histogram, calls: number, format: (value: number) => string): string {
  const known = calls - of.none;
  return known > 0 ? `${format(of.sum / known)} on average` : "";
}

function bins({ bins: rows }: Histogram, format: (value: number) => string): Column[] {
  // The last bins of a long tail are empty more often than not.
  const last = rows.findLastIndex((bin) => bin.calls > 0);
  return rows.slice(0, last + 1).map((bin) => ({ name: bounds(bin, format), label: format(bin.from), calls: bin.calls }));
}

function bounds({ from, to }: Histogram["bins"][number], format: (value: number) => string): string {
  return to === null ? `${format(from)} and more` : `${format(from)} to ${format(to)}`;
}

/** Every day from the first to the last, days without calls included; months where there are very many. */
function Days({ counted: rows }: { counted: Counts["day"] }) {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return <Empty>No call says when it began.</Empty>;
  const long = (Date.parse(last.day) - Date.parse(first.day)) / DAY_MS >= MOST_DAYS;
  const next = long ? nextMonth : nextDay;
  const key = (day: string) => day.slice(0, long ? "2026-01".length : "2026-01-31".length);
  const calls = new Map<string, number>();
  for (const row of rows) calls.set(key(row.day), (calls.get(key(row.day)) ?? 0) + row.calls);
  const [name, label] = long ? [monthName, monthLabel] : [dayName, dayLabel];
  const columns: Column[] = [];
  for (let at = new Date(key(first.day)); at.getTime() <= Date.parse(last.day); at = next(at))
    columns.push({ name: name.format(at), label: label.format(at), calls: calls.get(key(at.toISOString())) ?? 0 });
  return <Columns title={long ? "Calls by month" : "Calls by day"} noun={long ? "Month" : "Day"} columns={columns} />;
}

const dayName = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });
const dayLabel = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const monthName = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });
const monthLabel = new Intl.DateTimeFormat(undefined, { month: "short", year: "2-digit", timeZone: "UTC" });

function nextDay(at: Date): Date {
  return new Date(at.getTime() + DAY_MS);
}

function nextMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1));
}
