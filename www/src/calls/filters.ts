import type { Digest } from "./api";

/** What a call may be asked to have something of; the counts stand in its row. */
export const HAVING = ["issues", "failed_actions"] as const;
export type Having = (typeof HAVING)[number];

/** What the judge may have come to: findings, none, or nothing at all. */
export const VERDICTS = ["found_wanting", "nothing_wanting", "not_judged"] as const;
type Verdict = (typeof VERDICTS)[number];

/** What the list is narrowed to. Dates are the viewer's own days, both included; an empty text asks for nothing. */
export interface Filters {
  q: string;
  outcome: string;
  status: string;
  verdict: Verdict | "";
  from: string;
  to: string;
  having: readonly Having[];
}

const TEXTS = ["q", "outcome", "status", "verdict", "from", "to"] as const;
/** The most rows that the Worker gives at once. */
const MOST_ROWS = 100;

/** The filters that an address names. What it does not name, or names in no known way, is not asked for. */
export function readFilters(query: URLSearchParams): Filters {
  const text = (name: string) => query.get(name) ?? "";
  const day = (name: string) => (midnight(text(name), 0) === null ? "" : text(name));
  const wanted = text("having").split(",");
  return {
    q: text("q"),
    outcome: text("outcome"),
    status: text("status"),
    verdict: VERDICTS.find((verdict) => verdict === text("verdict")) ?? "",
    from: day("from"),
    to: day("to"),
    having: HAVING.filter((name) => wanted.includes(name)),
  };
}

/** The same filters for the address of the page. */
export function writeFilters(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of TEXTS) if (filters[name] !== "") query.set(name, filters[name]);
  if (filters.having.length > 0) query.set("having", filters.having.join(","));
  return query;
}

/** The part that the Worker filters by. Where rows are looked up here as well, it gives as many at once as it can. */
export function asked(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ["q", "outcome", "status"] as const) {
    const value = filters[name].trim();
    if (value !== "") query.set(name, value);
  }
  const { from, to } = range(filters);
  if (from !== null) query.set("from", from);
  if (to !== null) query.set("to", to);
  if (isLookedUp(filters)) query.set("limit", String(MOST_ROWS));
  return query;
}

/** Days of the viewer's as the times where they begin and end. */
export function range({ from, to }: Pick<Filters, "from" | "to">): { from: string | null; to: string | null } {
  return { from: midnight(from, 0), to: midnight(to, 1) };
}

/** Whether a part of the filters is none that the Worker knows, and is looked up in the rows that it gives. */
export function isLookedUp({ having, verdict }: Filters): boolean {
  return having.length > 0 || verdict !== "";
}

/** That part: whether a call has something of everything that it is asked to have, and the verdict that is asked for. */
export function admits({ having, verdict }: Filters, call: Digest): boolean {
  return (verdict === "" || verdict === verdictOn(call)) && having.every((name) => (call[name] ?? 0) > 0);
}

/** What the judge came to, where the row says so: one that lost its note does not. */
function verdictOn({ outcome, findings }: Digest): Verdict | null {
  if (findings === undefined) return outcome === undefined ? null : "not_judged";
  return findings > 0 ? "found_wanting" : "nothing_wanting";
}

export function countFilters(filters: Filters): number {
  return TEXTS.filter((name) => filters[name].trim() !== "").length + filters.having.length;
}

export const noFilters: Filters = { q: "", outcome: "", status: "", verdict: "", from: "", to: "", having: [] };

/** Where a day of the viewer's begins, some days later, or null where the text is no day. */
function midnight(day: string, later: number): string | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (parts === null) return null;
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number];
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
