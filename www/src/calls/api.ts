import { signal } from "@preact/signals";
import type { Issue, Summary } from "postcall";
import type { Counts } from "../charts/stats";

/** A call's row in the list. A field that the call does not have is left out; a row that lost its note has only an id. */
export interface Digest {
  call_id: string;
  started_at?: string | null;
  received_at?: string | null;
  status?: string | null;
  end_call_reason?: string | null;
  outcome?: string;
  duration_seconds?: number | null;
  lead_name?: string | null;
  headline?: string;
  issues?: number;
  failed_actions?: number;
  findings?: number;
}

export interface CallsPage {
  calls: Digest[];
  cursor: string | null;
}

/** One call as the Worker keeps it. The payload is as it stands on the wire, the rest is read from it on request. */
export interface StoredCall {
  record: Record<string, unknown> & { conflicts?: Arrival[] };
  payload: unknown;
  summary: Summary | null;
  issues: Issue[];
}

/** A body that did not become a record. */
export interface Arrival {
  id: string;
  call_id?: string;
  received_at?: string;
  size?: number;
  check?: "token" | "signature" | "both";
  status?: string;
  issues?: { code: string; pointer: string }[];
}

/** The two rooms of the Worker for such bodies. */
export type Room = "conflicts" | "quarantine";

export interface Arrivals {
  arrivals: Arrival[];
  cursor: string | null;
}

/** What a delivery came to. */
export interface Delivered {
  stored: "created" | "updated" | "duplicate" | "stale" | "conflict" | "quarantined";
  call_id?: string;
  id?: string;
  issues: Issue[];
}

/** Why the API gave no answer that can be shown. Status 0: there was no answer at all. */
export interface Problem {
  status: number;
  type: string;
  title: string;
  detail: string | null;
}

export type Answer<Data> = { ok: true; data: Data } | { ok: false; problem: Problem };

const TOKEN_KEY = "postcall.api_token";

/** The API token: kept for this tab's session and nowhere else. */
export const token = signal<string | null>(sessionStorage.getItem(TOKEN_KEY));

export function setToken(value: string | null): void {
  token.value = value;
  if (value === null) sessionStorage.removeItem(TOKEN_KEY);
  else sessionStorage.setItem(TOKEN_KEY, value);
}

export function getCalls(query: URLSearchParams, cursor: string | null): Promise<Answer<CallsPage>> {
  return json("GET", paged("/api/calls", query, cursor));
}

export function getCall(call_id: string): Promise<Answer<StoredCall>> {
  return json("GET", callPath(call_id));
}

export function getRawCall(call_id: string): Promise<Answer<Uint8Array>> {
  return bytes(`${callPath(call_id)}/raw`);
}

export function eraseCall(call_id: string): Promise<Answer<null>> {
  return json("DELETE", callPath(call_id));
}

export async function getArrivals(room: Room, cursor: string | null): Promise<Answer<Arrivals>> {
  const answer = await json<Record<string, unknown>>("GET", paged(`/api/${room}`, new URLSearchParams(), cursor));
  if (!answer.ok) return answer;
  const page = answer.data;
  return { ok: true, data: { arrivals: page[room] as Arrival[], cursor: page["cursor"] as string | null } };
}

export function getRawArrival(room: Room, id: string): Promise<Answer<Uint8Array>> {
  return bytes(`${arrivalPath(room, id)}/raw`);
}

export function eraseArrival(room: Room, id: string): Promise<Answer<null>> {
  return json("DELETE", arrivalPath(room, id));
}

export function retryArrival(id: string): Promise<Answer<Delivered>> {
  return json("POST", `${arrivalPath("quarantine", id)}/retry`);
}

export function getStats(query: URLSearchParams, cursor: string | null): Promise<Answer<Counts>> {
  return json("GET", paged("/api/stats", query, cursor));
}

/** Delivers a payload as the platform would, with credentials of the webhook's instead of the API's. */
export async function deliver(body: string, webhook: { token: string; signature: string }): Promise<Answer<Delivered>> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (webhook.token !== "") headers["authorization"] = `Bearer ${webhook.token}`;
  if (webhook.signature !== "") headers["synthflow-signature"] = webhook.signature;
  return readJson(() => fetch("/webhook", { method: "POST", headers, body, cache: "no-store", credentials: "omit" }));
}

function callPath(call_id: string): string {
  return `/api/calls/${encodeURIComponent(call_id)}`;
}

function arrivalPath(room: Room, id: string): string {
  return `/api/${room}/${encodeURIComponent(id)}`;
}

function paged(path: string, query: URLSearchParams, cursor: string | null): string {
  const whole = new URLSearchParams(query);
  if (cursor !== null) whole.set("cursor", cursor);
  return whole.size === 0 ? path : `${path}?${whole}`;
}

function request(method: string, path: string, accept: string): Promise<Response> {
  const headers = { accept, authorization: `Bearer ${token.value ?? ""}` };
  return fetch(path, { method, headers, cache: "no-store", credentials: "omit" });
}

function json<Data>(method: string, path: string): Promise<Answer<Data>> {
  return readJson(() => request(method, path, "application/json"));
}

async function readJson<Data>(ask: () => Promise<Response>): Promise<Answer<Data>> {
  return answered(ask, async (response) => {
    const text = await response.text();
    return (response.status === 204 ? null : JSON.parse(text)) as Data;
  });
}

function bytes(path: string): Promise<Answer<Uint8Array>> {
  const ask = () => request("GET", path, "application/octet-stream");
  return answered(ask, async (response) => new Uint8Array(await response.arrayBuffer()));
}

async function answered<Data>(
  ask: () => Promise<Response>,
  read: (response: Response) => Promise<Data>,
): Promise<Answer<Data>> {
  try {
    const response = await ask();
    if (response.ok) return { ok: true, data: await read(response) };
    return { ok: false, problem: problemOf(response, bodyOf(response, await response.text())) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, problem: noApi };
    // `fetch` says `TypeError` for a network that fails and for a header that cannot be sent.
    if (error instanceof TypeError) return { ok: false, problem: unreachable };
    throw error;
  }
}

/** What stands in front of the Worker may refuse in words of its own; only a path that nobody knows tells of no Worker. */
function bodyOf(response: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError && response.status !== 404) return null;
    throw error;
  }
}

const unreachable: Problem = { status: 0, type: "unreachable", title: "no answer", detail: null };
const noApi: Problem = { status: 0, type: "no_api", title: "no JSON", detail: null };

function problemOf(response: Response, body: unknown): Problem {
  const said = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return {
    status: response.status,
    type: typeof said["type"] === "string" ? said["type"] : "about:blank",
    title: typeof said["title"] === "string" ? said["title"] : response.statusText,
    detail: typeof said["detail"] === "string" ? said["detail"] : null,
  };
}
