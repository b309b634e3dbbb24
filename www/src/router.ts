import { computed, signal } from "@preact/signals";

/** A page and what it is about. The address after `#` says which, so that every page is one static file. */
export type Route =
  | { page: "inspector" }
  | { page: "calls" }
  | { page: "call"; call_id: string }
  | { page: "unknown" };

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed(() => read(hash.value));

export const INSPECTOR = "#/";
export const CALLS = "#/calls";

export function callAddress(call_id: string): string {
  return `${CALLS}/${encodeURIComponent(call_id)}`;
}

export function go(address: string): void {
  location.hash = address;
}

function read(address: string): Route {
  if (address === "" || address === "#" || address === INSPECTOR) return { page: "inspector" };
  if (address === CALLS || address === `${CALLS}/`) return { page: "calls" };
  const prefix = `${CALLS}/`;
  if (!address.startsWith(prefix)) return { page: "unknown" };
  const segment = address.slice(prefix.length);
  // An id holds no bare slash: `callAddress` encodes it.
  if (segment.includes("/")) return { page: "unknown" };
  try {
    return { page: "call", call_id: decodeURIComponent(segment) };
  } catch (error) {
    if (error instanceof URIError) return { page: "unknown" };
    throw error;
  }
}
