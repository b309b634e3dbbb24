import { signal } from "@preact/signals";
import type { Issue, Summary } from "postcall";

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
  record: Record<string, unknown>;
  payload: unknown;
  summary: Summary | null;
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

export function getCalls(cursor: string | null): Promise<Answer<CallsPage>> {
  const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
  return get<CallsPage>(`/api/calls${query}`);
}

export function getCall(call_id: string): Promise<Answer<StoredCall>> {
  return get<StoredCall>(`/api/calls/${encodeURIComponent(call_id)}`);
}

async function get<Data>(path: string): Promise<Answer<Data>> {
  const headers = { accept: "application/json", authorization: `Bearer ${token.value ?? ""}` };
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(path, { headers, cache: "no-store", credentials: "omit" });
    body = JSON.parse(await response.text());
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, problem: noApi };
    // `fetch` says `TypeError` for a network that fails and for a header that cannot be sent.
    if (error instanceof TypeError) return { ok: false, problem: unreachable };
    throw error;
  }
  return response.ok ? { ok: true, data: body as Data } : { ok: false, problem: problemOf(response, body) };
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
