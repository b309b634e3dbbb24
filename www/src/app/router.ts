import { computed, effect, signal } from "@preact/signals";

/** A page and what it is about. The address after `#` says which, so that every page is one static file. */
export type Route =
  | { page: "inspector" | "compare" | "statistics" | "quarantine" | "conflicts" | "unknown"; query: URLSearchParams }
  | { page: "calls"; query: URLSearchParams }
  | { page: "call"; call_id: string; query: URLSearchParams }
  | { page: "shared"; packed: string; query: URLSearchParams };

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed(() => read(hash.value));

export const INSPECTOR = "#/";
export const COMPARE = "#/compare";
export const CALLS = "#/calls";
export const STATISTICS = "#/statistics";
export const QUARANTINE = "#/quarantine";
export const CONFLICTS = "#/conflicts";
const SHARED = "#/summary/";

const plain = {
  [INSPECTOR]: "inspector",
  [COMPARE]: "compare",
  [CALLS]: "calls",
  [STATISTICS]: "statistics",
  [QUARANTINE]: "quarantine",
  [CONFLICTS]: "conflicts",
} as const;

/** Where the list of calls was last: with its filters, by which it knows its place. Whatever leaves a call leads there. */
export const listAddress = signal(CALLS);
effect(() => {
  if (route.value.page === "calls") listAddress.value = hash.value;
});

export function callAddress(call_id: string): string {
  return `${CALLS}/${encodeURIComponent(call_id)}`;
}

export function sharedAddress(packed: string): string {
  return `${location.origin}${location.pathname}${SHARED}${packed}`;
}

export function withQuery(address: string, query: URLSearchParams): string {
  return query.size === 0 ? address : `${address}?${query}`;
}

export function go(address: string): void {
  location.hash = address;
}

/** Changes the address without a step in the history: for what changes with every key. */
export function replaceAddress(address: string): void {
  history.replaceState(history.state, "", address);
  hash.value = location.hash;
}

function read(address: string): Route {
  const [path = "", ...rest] = address.split("?");
  const query = new URLSearchParams(rest.join("?"));
  const name = path === "" || path === "#" ? INSPECTOR : path === `${CALLS}/` ? CALLS : path;
  if (Object.hasOwn(plain, name)) return { page: plain[name as keyof typeof plain], query };
  if (name.startsWith(SHARED)) return { page: "shared", packed: name.slice(SHARED.length), query };
  const prefix = `${CALLS}/`;
  if (!name.startsWith(prefix)) return { page: "unknown", query };
  const segment = name.slice(prefix.length);
  // An id holds no bare slash: `callAddress` encodes it.
  if (segment.includes("/")) return { page: "unknown", query };
  try {
    return { page: "call", call_id: decodeURIComponent(segment), query };
  } catch (error) {
    if (error instanceof URIError) return { page: "unknown", query };
    throw error;
  }
}
