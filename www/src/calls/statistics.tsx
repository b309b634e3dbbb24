import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CALLS, replaceAddress, route, STATISTICS, withQuery } from "../app/router";
import { Charts } from "../charts/charts";
import { added, type Counts } from "../charts/stats";
import { Field } from "../parts/field";
import { counted } from "../parts/format";
import { Notice } from "../parts/notice";
import { getStats, type Problem } from "./api";
import { type Filters, noFilters, range, writeFilters } from "./filters";
import { Rooms } from "./rooms";
import { SignedIn } from "./signedin";
import { Trouble } from "./trouble";

const DAY_MS = 86_400_000;
const SPANS = [
  ["7 days", 7],
  ["30 days", 30],
  ["90 days", 90],
  ["All", null],
] as const;

/** The calls that the Worker keeps, counted. */
export function Statistics() {
  return <SignedIn>{(refuse) => <Range refuse={refuse} />}</SignedIn>;
}

function Range({ refuse }: { refuse: () => void }) {
  const { query } = route.value;
  const from = query.get("from") ?? "";
  const to = query.get("to") ?? "";
  const change = (days: { from: string; to: string }) => {
    const wanted = new URLSearchParams();
    if (days.from !== "") wanted.set("from", days.from);
    if (days.to !== "") wanted.set("to", days.to);
    replaceAddress(withQuery(STATISTICS, wanted));
  };
  return (
    <section class="calls" aria-labelledby="statistics-title">
      <Rooms now="statistics" />
      <header class="calls-head">
        <h1 id="statistics-title">Statistics</h1>
        <div class="range">
          <div class="spans" role="group" aria-label="Range">
            {SPANS.map(([name, days]) => {
              const start = days === null ? "" : day(Date.now() - (days - 1) * DAY_MS);
              return (
                <button
                  key={name}
                  type="button"
                  class="chip"
                  aria-pressed={from === start && to === ""}
                  onClick={() => change({ from: start, to: "" })}
                >
                  {name}
                </button>
              );
            })}
          </div>
          <Field name="From" row>
            <input type="date" value={from} onChange={(event) => change({ from: event.currentTarget.value, to })} />
          </Field>
          <Field name="to" row>
            <input type="date" value={to} onChange={(event) => change({ from, to: event.currentTarget.value })} />
          </Field>
        </div>
      </header>
      <Counted key={`${from} ${to}`} from={from} to={to} refuse={refuse} />
    </section>
  );
}

/** A day of the viewer's, as date fields spell it. */
function day(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function listOf(filters: Filters): string {
  return withQuery(CALLS, writeFilters(filters));
}

function Counted({ from, to, refuse }: { from: string; to: string; refuse: () => void }) {
  const stats = useSignal<Counts | null>(null);
  const whole = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const cursor = useSignal<string | null>(null);

  /** Goes on counting until all calls of the range are counted, or somebody leaves. */
  const count = async (left: () => boolean) => {
    problem.value = null;
    while (!left() && !whole.value) {
      const bounds = range({ from, to });
      const query = new URLSearchParams();
      if (bounds.from !== null) query.set("from", bounds.from);
      if (bounds.to !== null) query.set("to", bounds.to);
      const answer = await getStats(query, cursor.value);
      if (left()) return;
      if (!answer.ok) {
        if (answer.problem.status === 401) refuse();
        else problem.value = answer.problem;
        return;
      }
      stats.value = stats.value === null ? answer.data : added(stats.value, answer.data);
      cursor.value = answer.data.cursor;
      whole.value = answer.data.complete;
    }
  };
  useEffect(() => {
    let left = false;
    void count(() => left);
    return () => void (left = true);
  }, []);

  if (problem.value !== null) return <Trouble problem={problem.value} retry={() => void count(() => false)} />;
  if (stats.value === null) return <Notice title="Counting the calls …" role="status" />;
  if (whole.value && stats.value.calls === 0)
    return (
      <Notice title="No calls in this time" role="status">
        <p>Choose a longer range, or wait for the next call.</p>
      </Notice>
    );
  return (
    <>
      {!whole.value && (
        <p class="quiet" role="status">{`Counted ${counted(stats.value.calls, "call")} so far …`}</p>
      )}
      {stats.value.unread > 0 && (
        <p class="quiet">{`${counted(stats.value.unread, "call")} could not be read and is counted by day alone.`}</p>
      )}
      <Charts stats={stats.value} list={(filter, word) => listOf({ ...noFilters, from, to, [filter]: word })} />
    </>
  );
}
