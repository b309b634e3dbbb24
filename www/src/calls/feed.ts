import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Seat } from "../parts/virtual";
import { type Answer, type CallsPage, type Digest, getCalls, type Problem, token } from "./api";
import { admits, asked, type Filters, isLookedUp, writeFilters } from "./filters";

/**
 * How many calls in a row are looked through in vain before the reader is asked: every hundred of them is a list operation
 * of the storage, of which the free plan has 1,000 a day.
 */
const VAIN = 1000;

/** The calls read so far by one set of filters, and what is known about the rest. */
export interface Feed {
  key: string;
  filters: Filters;
  /** Everything that the Worker gave. */
  read: Signal<Digest[]>;
  /** Those of them that the filters want. */
  rows: ReadonlySignal<Digest[]>;
  cursor: Signal<string | null>;
  /** How many calls had been read when the reader last asked to look further. */
  further: Signal<number>;
  /** Whether looking further is up to the reader. */
  waits: ReadonlySignal<boolean>;
  busy: Signal<boolean>;
  /** Whether the first page has come. */
  begun: Signal<boolean>;
  problem: Signal<Problem | null>;
  /** Calls that have come since, held back while the reader is somewhere in the middle of the list. */
  held: Signal<CallsPage | null>;
  /** When the list was last as the Worker has it. */
  looked: Signal<number | null>;
  /** Where the reader was when the list was left. */
  seat: Seat | null;
}

let latest: Feed | null = null;

/** The feed for these filters: the one that was left a moment ago, with its place, where it is the same. */
export function feedFor(filters: Filters): Feed {
  const key = `${token.value}\n${writeFilters(filters)}`;
  if (latest?.key !== key) latest = newFeed(key, filters);
  return latest;
}

function newFeed(key: string, filters: Filters): Feed {
  const read = signal<Digest[]>([]);
  const further = signal(0);
  const cursor = signal<string | null>(null);
  const waits = computed(() => {
    if (!isLookedUp(filters) || cursor.value === null) return false;
    const found = read.value.findLastIndex((call) => admits(filters, call)) + 1;
    return read.value.length - Math.max(found, further.value) >= VAIN;
  });
  return {
    key,
    filters,
    read,
    rows: computed(() => read.value.filter((call) => admits(filters, call))),
    cursor,
    further,
    waits,
    busy: signal(false),
    begun: signal(false),
    problem: signal<Problem | null>(null),
    held: signal<CallsPage | null>(null),
    looked: signal<number | null>(null),
    seat: null,
  };
}

/** Reads the next page, or the first one, unless that is up to the reader. */
export async function readOn(feed: Feed, refuse: () => void): Promise<void> {
  if (feed.busy.value || feed.waits.value || (feed.begun.value && feed.cursor.value === null)) return;
  const answer = await ask(feed, feed.cursor.value, refuse);
  if (answer === null) return;
  feed.read.value = unique([...feed.read.value, ...answer.calls]);
  feed.cursor.value = answer.cursor;
  if (!feed.begun.value) feed.looked.value = Date.now();
  feed.begun.value = true;
}

/** Goes on where looking further is up to the reader, who has asked for it. */
export function lookFurther(feed: Feed, refuse: () => void): void {
  feed.further.value = feed.read.value.length;
  void readOn(feed, refuse);
}

/** Looks for what is new. Where `hold` is set, calls that would push the others down wait until they are asked for. */
export async function lookAgain(feed: Feed, refuse: () => void, hold: boolean): Promise<void> {
  if (feed.busy.value) return;
  const page = await ask(feed, null, refuse);
  if (page === null) return;
  feed.begun.value = true;
  feed.looked.value = Date.now();
  if (hold && newIn(feed, page) > 0) {
    const fresh = new Map(page.calls.map((call) => [call.call_id, call]));
    feed.read.value = feed.read.value.map((call) => fresh.get(call.call_id) ?? call);
    feed.held.value = page;
  } else take(feed, page);
}

/** Brings what is held back into the list. */
export function takeHeld(feed: Feed): void {
  if (feed.held.value !== null) take(feed, feed.held.value);
}

/** How many calls of the page are not in the list yet. */
export function newIn(feed: Feed, page: CallsPage): number {
  const known = new Set(feed.read.value.map((call) => call.call_id));
  return page.calls.filter((call) => !known.has(call.call_id)).length;
}

/** Takes a call out of the list that is no more. */
export function forget(call_id: string): void {
  if (latest === null) return;
  latest.read.value = latest.read.value.filter((call) => call.call_id !== call_id);
}

async function ask(feed: Feed, cursor: string | null, refuse: () => void): Promise<CallsPage | null> {
  feed.busy.value = true;
  const answer: Answer<CallsPage> = await getCalls(asked(feed.filters), cursor);
  feed.busy.value = false;
  if (answer.ok) {
    feed.problem.value = null;
    return answer.data;
  }
  if (answer.problem.status === 401) refuse();
  else feed.problem.value = answer.problem;
  return null;
}

/** The first page anew, and behind it what was read before of the older calls. */
function take(feed: Feed, page: CallsPage): void {
  feed.held.value = null;
  const last = page.calls.at(-1);
  const meets = last === undefined ? -1 : feed.read.value.findIndex((call) => call.call_id === last.call_id);
  if (page.cursor === null || meets < 0) {
    // All calls there are, or so many new ones that the two do not meet.
    feed.read.value = page.calls;
    feed.cursor.value = page.cursor;
  } else feed.read.value = unique([...page.calls, ...feed.read.value.slice(meets + 1)]);
}

/** An id is shown once, even where storage still lists it twice. */
function unique(calls: readonly Digest[]): Digest[] {
  const seen = new Set<string>();
  return calls.filter((call) => !seen.has(call.call_id) && seen.add(call.call_id));
}
