// The built Worker behind a KV that holds as many calls as `x-crowd` says, one a second back from 2026-01-01: their rows
// are made when they are listed, and `x-kv-calls` tells how often the storage was asked before the answer began,
// `x-kv-calls-ever` how often in all. `x-crowd-bytes` is how much each body holds beside what it must.

import worker from "./index.js";

const NEWEST = Date.UTC(2026, 0, 1);
const STATUSES = ["completed", "no-answer", "busy", "failed"];

function row(place) {
  const at = NEWEST - place * 1_000;
  const status = STATUSES[place % STATUSES.length];
  const received_at = new Date(at + 60_000).toISOString();
  const tally = { talk: [12, 124, 61], verdicts: "ttttttttttttttp", size: 6_000 };
  const metadata = {
    v: 1, at, received_at, started_at: new Date(at).toISOString(), status, outcome: "connected", duration_seconds: 113,
    end_call_reason: "agent_goodbye", lead_name: "Jürgen Muster", issues: 3, failed_actions: 0, findings: 2, tally,
    headline: "Connected for 1 min 53 s, ended by the agent; 0 of 3 answers found; the judge found goal partly met.",
  };
  return { name: `time/${String(9_999_999_999_999 - at).padStart(13, "0")}/crowd-${place}`, metadata };
}

let ever = 0;

function crowd(count, bytes, counts) {
  const filler = "x".repeat(bytes);
  return {
    async list({ prefix, cursor = "0", limit }) {
      counts.calls += 1;
      ever += 1;
      if (!prefix.startsWith("time/")) return { keys: [], list_complete: true };
      const rows = [];
      let place = Number(cursor);
      for (; place < count && rows.length < limit; place += 1) {
        const one = row(place);
        if (one.name.startsWith(prefix)) rows.push(one);
      }
      return place < count ? { keys: rows, list_complete: false, cursor: String(place) } : { keys: rows, list_complete: true };
    },
    async delete() {
      counts.calls += 1;
    },
    async getWithMetadata(keys) {
      counts.calls += 1;
      // To be erased is all that a call is read for by itself.
      if (!Array.isArray(keys)) return { value: null, metadata: null };
      ever += 1;
      if (keys.length > 100) throw new Error("KV GET failed: 400 too many keys");
      const body = (key) => JSON.stringify({ call: { call_id: key.slice("call/".length), status: "completed" }, filler });
      return new Map(keys.map((key) => [key, { value: body(key), metadata: null }]));
    },
  };
}

export default {
  async fetch(request, env, context) {
    const counts = { calls: 0 };
    const asked = (name) => Number(request.headers.get(name) ?? 0);
    const CALLS = crowd(asked("x-crowd"), asked("x-crowd-bytes"), counts);
    const answer = await worker.fetch(request, { ...env, CALLS }, context);
    const told = new Response(answer.body, answer);
    told.headers.set("x-kv-calls", counts.calls);
    told.headers.set("x-kv-calls-ever", ever);
    return told;
  },
};
