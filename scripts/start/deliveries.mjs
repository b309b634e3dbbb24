// Deliveries as the platform makes them: a payload, the token in the path, the signature of the call's id in a header.

import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { at } from "../setup/places.mjs";

const CASES = at("tests", "cases");

/** The sample that the documentation speaks of. */
export const DOCUMENTED = join(CASES, "documented-shape", "payload.json");

const first = (list) =>
  (list ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .find((entry) => entry !== "") ?? null;

/** Where and how the local Worker with these secrets wants its deliveries. */
export function door(secrets, origin) {
  const token = first(secrets.WEBHOOK_TOKENS);
  return {
    url: token === null ? `${origin}/webhook` : `${origin}/webhook/${encodeURIComponent(token)}`,
    secret: first(secrets.SIGNING_SECRETS),
    api_token: first(secrets.API_TOKENS),
  };
}

/** Standard base64 of HMAC-SHA256 over the id. */
export function sign(call_id, secret) {
  return createHmac("sha256", secret).update(call_id).digest("base64");
}

/** The headers of one delivery. */
export function headers(payload, { secret }) {
  const signature = secret === null ? {} : { "Synthflow-Signature": sign(JSON.parse(payload).call.call_id, secret) };
  return { "Content-Type": "application/json", ...signature };
}

const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A line for the shell that delivers the file; works from any folder. */
export function curlLine(file, target) {
  const sent = Object.entries(headers(readFileSync(file, "utf8"), target)).flatMap(([name, value]) => [
    "-H",
    `${name}: ${value}`,
  ]);
  return ["curl", "-sS", "-X", "POST", target.url, ...sent, "--data-binary", `@${file}`].map(quoted).join(" ");
}

/** A handful of valid payloads, as different in outcome as they can be, each call once. */
export function samples(count = 8, folder = CASES) {
  const documented = basename(dirname(DOCUMENTED));
  const names = readdirSync(folder).sort((a, b) => (b === documented) - (a === documented) || (a < b ? -1 : 1));
  const calls = new Map();
  for (const name of names) {
    const [file, report] = ["payload.json", "report.json"].map((part) => join(folder, name, part));
    if (![file, report].every((path) => existsSync(path)) || existsSync(join(folder, name, "options.json"))) continue;
    const { summary } = JSON.parse(readFileSync(report, "utf8"));
    if (summary && !calls.has(summary.call_id)) calls.set(summary.call_id, { file, kind: summary.outcome.kind });
  }
  const outcomes = new Set();
  const isNew = ({ kind }) => !outcomes.has(kind) && outcomes.add(kind);
  const ranked = [...calls.values()]
    .map((call) => ({ ...call, rank: isNew(call) ? 0 : 1 }))
    .sort((a, b) => a.rank - b.rank);
  return ranked.slice(0, count).map(({ file }) => file);
}

/** Delivers the files; gives for each what the Worker did with it, or the status where it did not take it. */
export async function deliver(paths, target) {
  const answers = [];
  for (const path of paths) {
    const body = readFileSync(path);
    const answer = await fetch(target.url, { method: "POST", body, headers: headers(body.toString("utf8"), target) });
    const text = await answer.text();
    answers.push(answer.status === 200 ? JSON.parse(text).stored : `status ${answer.status}`);
  }
  return answers;
}
