// The Worker as a team would write it in TypeScript: Hono for the routes, zod for the payload, WebCrypto for credentials,
// the same keys, metadata and order of writes in KV, the same headers and one line of log for each request. `npm run
// bench -- edge` compares it with the Worker in Rust. What needs no part in that is left out: reading, quarantine,
// keeping conflicts, limits of time around the storage, and all but the plainest answers to bad requests.

import { type Context, Hono } from "hono";
import { isBearer, isSigned } from "./credentials.js";
import { type PostCall, postCall } from "./schema.js";
import { keep, type Namespace } from "./storage.js";
import { summarize } from "./summary.js";

interface Env { Bindings: { CALLS: Namespace; WEBHOOK_TOKENS?: string; SIGNING_SECRETS?: string; API_TOKENS?: string } }

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  vary: "Authorization, Origin",
  "x-content-type-options": "nosniff",
  "content-type": "application/json",
};
const MOST_BYTES = 1_048_576;
const decoder = new TextDecoder("utf-8", { fatal: true });

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: HEADERS });
const refuse = (status: number, title: string): Response =>
  new Response(JSON.stringify({ type: "about:blank", title, status }), { status, headers: { ...HEADERS, "content-type": "application/problem+json" } });

type Read = { payload: PostCall; bytes: ArrayBuffer } | { issues: unknown[]; bytes: ArrayBuffer };

/** The body, parsed and checked. */
async function read(c: Context<Env>): Promise<Read | Response> {
  if (Number(c.req.header("content-length") ?? 0) > MOST_BYTES) return refuse(413, "too large");
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > MOST_BYTES) return refuse(413, "too large");
  let json: unknown;
  try {
    json = JSON.parse(decoder.decode(bytes));
  } catch {
    return { issues: [{ code: "invalid_json" }], bytes };
  }
  const checked = postCall.safeParse(json);
  return checked.success ? { payload: checked.data, bytes } : { issues: checked.error.issues, bytes };
}

async function receive(c: Context<Env>, token: string | undefined): Promise<Response> {
  const now = Date.now();
  const { CALLS, WEBHOOK_TOKENS, SIGNING_SECRETS } = c.env;
  const presented = token === undefined ? c.req.header("authorization") : `Bearer ${token}`;
  if (WEBHOOK_TOKENS && !(await isBearer(presented, WEBHOOK_TOKENS))) return refuse(401, "unauthorized");
  const body = await read(c);
  if (body instanceof Response) return body;
  if ("issues" in body) return refuse(422, "no valid payload");
  const { call_id } = body.payload.call;
  if (SIGNING_SECRETS && !(await isSigned(call_id, c.req.header("synthflow-signature"), SIGNING_SECRETS))) return refuse(401, "unauthorized");
  const stored = await keep(CALLS, body.payload, summarize(body.payload), body.bytes, now);
  return answer(200, { stored, call_id, issues: [] });
}

const app = new Hono<Env>();

app.use(async (c, next) => {
  const began = Date.now();
  await next();
  const request = c.req.header("cf-ray") ?? Math.random().toString(16).slice(2, 15);
  console.log(JSON.stringify({ event: "request", request, route: c.req.routePath, method: c.req.method, status: c.res.status, ms: Date.now() - began }));
});

app.use("/api/*", async (c, next) => {
  if (!(await isBearer(c.req.header("authorization"), c.env.API_TOKENS ?? ""))) return refuse(401, "unauthorized");
  return next();
});

app.post("/webhook", (c) => receive(c, undefined));
app.post("/webhook/:token", (c) => receive(c, c.req.param("token")));

app.post("/api/validate", async (c) => {
  const body = await read(c);
  if (body instanceof Response) return body;
  const issues = "issues" in body ? body.issues : [];
  return answer(200, { valid: issues.length === 0, issues });
});

app.post("/api/summarize", async (c) => {
  const body = await read(c);
  if (body instanceof Response) return body;
  if ("issues" in body) return refuse(422, "no valid payload");
  return answer(200, { summary: summarize(body.payload), issues: [] });
});

export default app;
