import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { CALLS, replaceAddress, route, withQuery } from "../app/router";
import { count, counted } from "../parts/format";
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { Reveal } from "../parts/private";
import { type Feed, feedFor, lookAgain, lookFurther, newIn, readOn, takeHeld } from "./feed";
import { FilterBar } from "./filterbar";
import { countFilters, type Filters, noFilters, readFilters, writeFilters } from "./filters";
import { CallsList } from "./list";
import { InRoom, Rooms } from "./rooms";
import { SignedIn } from "./signedin";
import { Trouble } from "./trouble";
import { Waiting } from "./waiting";

/**
 * How often the list looks for new calls while somebody sees it. Each look is a list operation of the storage, of which
 * the free plan has 1,000 a day.
 */
const LOOK_EVERY_MS = 120_000;
/** Nearer to the top than this, new calls may come in by themselves: what moves is what one has just seen. */
const AT_TOP_PX = 40;

/** The calls that the Worker keeps, newest first. */
export function Calls() {
  return <SignedIn>{(refuse) => <Shown refuse={refuse} />}</SignedIn>;
}

function Shown({ refuse }: { refuse: () => void }) {
  const filters = useComputed(() => readFilters(route.value.query)).value;
  const feed = feedFor(filters);
  const change = (wanted: Filters) => replaceAddress(withQuery(CALLS, writeFilters(wanted)));
  useLive(feed, refuse);

  const narrowed = countFilters(filters) > 0;
  const again = () => void lookAgain(feed, refuse, false);
  const problem = feed.problem.value;
  // Where the filters are what is wrong, they have to be there to be changed.
  if (feed.read.value.length === 0 && problem !== null && problem.status !== 400)
    return (
      <InRoom now="calls">
        <Trouble problem={problem} retry={again} />
      </InRoom>
    );
  const empty = feed.begun.value && feed.read.value.length === 0 && feed.cursor.value === null;
  if (empty && !narrowed) return <Waiting busy={feed.busy.value} look={again} />;
  return (
    <section class="calls" aria-labelledby="calls-title" aria-busy={feed.busy.value}>
      <Rooms now="calls" />
      <header class="calls-head">
        <h1 id="calls-title">Calls</h1>
        <Told feed={feed} narrowed={narrowed} />
        <div class="calls-tools">
          <Reveal what="names" />
          <button type="button" class="small" disabled={feed.busy.value} onClick={again}>
            <Icon of="reload" />
            Refresh
          </button>
        </div>
      </header>
      <FilterBar filters={filters} change={change} />
      {feed.held.value !== null && (
        <button
          type="button"
          class="held"
          onClick={() => {
            takeHeld(feed);
            scrollTo({ top: 0 });
          }}
        >
          {counted(newIn(feed, feed.held.value), "new call")}
        </button>
      )}
      {feed.rows.value.length > 0 && <CallsList key={feed.key} feed={feed} more={() => void readOn(feed, refuse)} />}
      <Foot
        feed={feed}
        clear={() => change(noFilters)}
        more={() => void readOn(feed, refuse)}
        further={() => lookFurther(feed, refuse)}
        again={again}
      />
    </section>
  );
}

/** Reads the first page, and looks for new calls as long as the page is seen. */
function useLive(feed: Feed, refuse: () => void): void {
  const visible = useSignal(document.visibilityState === "visible");
  useEffect(() => {
    const follow = () => (visible.value = document.visibilityState === "visible");
    document.addEventListener("visibilitychange", follow);
    return () => document.removeEventListener("visibilitychange", follow);
  }, []);
  useEffect(() => {
    if (!visible.value) return;
    const look = () => void lookAgain(feed, refuse, scrollY > AT_TOP_PX);
    if (!feed.begun.value) void readOn(feed, refuse);
    else if (Date.now() - (feed.looked.value ?? 0) > LOOK_EVERY_MS) look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [feed, visible.value]);
}

/** How many calls there are, as far as that is known. */
function Told({ feed, narrowed }: { feed: Feed; narrowed: boolean }) {
  if (!feed.begun.value) return <p class="quiet">Loading …</p>;
  const more = feed.cursor.value === null ? "" : " so far";
  return (
    <p class="quiet">
      {`${counted(feed.rows.value.length, "call")}${narrowed ? " found" : ""}${more}, newest first`}
    </p>
  );
}

/** Where the list ends: with more to come, with a page that could not be read, or for good. */
function Foot(props: { feed: Feed; clear: () => void; more: () => void; further: () => void; again: () => void }) {
  const { feed, clear, more, again } = props;
  const rows = feed.rows.value.length;
  // Rows that the filters do not want fill no window: go on until there are some, or there is no more.
  useEffect(() => {
    if (rows === 0 && feed.begun.value && feed.problem.value === null) more();
  }, [feed, rows, feed.read.value, feed.busy.value]);

  if (feed.problem.value?.status === 400)
    return (
      <Notice title="The Worker cannot use these filters" role="alert">
        <p>The text to search for may be too long for it: 200 bytes are the most.</p>
        <p>
          <button type="button" class="button primary" onClick={clear}>
            Show all calls
          </button>
        </p>
      </Notice>
    );
  if (feed.problem.value !== null)
    return (
      <p class="calls-foot" role="alert">
        <span class="problem">
          {feed.cursor.value === null ? "The list could not be brought up to date." : "The Worker did not give the rest."}
        </span>
        <button
          type="button"
          class="button"
          disabled={feed.busy.value}
          onClick={feed.cursor.value === null ? again : more}
        >
          Try again
        </button>
      </p>
    );
  if (!feed.begun.value) return <Notice title="Loading the calls …" role="status" />;
  const looked = `Looked through ${counted(feed.read.value.length, "call")}, ${rows === 0 ? "none" : count(rows)} found`;
  if (feed.waits.value)
    return (
      <p class="calls-foot" role="status">
        <span class="quiet">{`${looked}.`}</span>
        <button type="button" class="button" disabled={feed.busy.value} onClick={props.further}>
          Look further
        </button>
      </p>
    );
  if (feed.cursor.value !== null)
    return (
      <p class="calls-foot quiet" role="status">
        {rows === 0 ? `${looked} yet …` : "Loading more …"}
      </p>
    );
  if (rows === 0)
    return (
      <Notice title="No call is like that" role="status">
        <p>Every call that the Worker keeps was looked at, and none has all that you ask for.</p>
        <p>
          <button type="button" class="button primary" onClick={clear}>
            Show all calls
          </button>
        </p>
      </Notice>
    );
  return <p class="calls-foot quiet" role="status">That is every call.</p>;
}
