// Step: .dev.vars, the secrets of the local Worker. Random, readable by their owner only, never committed, and never
// changed once they are there: a name that is missing is appended, all else stays as it is.

import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { at } from "./places.mjs";

/** The Worker's secrets, each with the remark that goes above it. */
export const SECRETS = {
  WEBHOOK_TOKENS: "who may deliver: the token in /webhook/{token}, or as a Bearer; several are separated by commas",
  SIGNING_SECRETS: "the keys that sign a call's id; left empty, a delivery needs no signature",
  API_TOKENS: "who may read and erase calls: the Bearer on /api/*",
};

const HEAD = "# Secrets of the local Worker, made at random by set-up. Yours to change; never commit this file.\n";

/** Names and values of a file in .env form; quotes round a value are not part of it. */
export function readSecrets(text) {
  const found = {};
  for (const line of text.split("\n")) {
    const row = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (row) found[row[1]] = row[2].replace(/^(["'`])(.*)\1$/, "$2");
  }
  return found;
}

/** The file with whatever it lacks; the very same text where it lacks nothing. `random` gives one new secret. */
export function complete(text, random = () => randomBytes(32).toString("hex")) {
  const there = readSecrets(text);
  const missing = Object.entries(SECRETS).filter(([name]) => !(name in there));
  if (missing.length === 0) return text;
  const start = text === "" ? HEAD : text.replace(/\n?$/, "\n");
  return start + missing.map(([name, remark]) => `\n# ${remark}\n${name}="${random()}"\n`).join("");
}

/** What .dev.vars holds now. */
export function localSecrets(path = at(".dev.vars")) {
  return existsSync(path) ? readSecrets(readFileSync(path, "utf8")) : {};
}

/** Writes what is missing; a crash in the middle leaves the old file or the new one. */
export function writeSecrets(path) {
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = complete(before);
  if (after !== before) {
    const draft = `${path}.new`;
    writeFileSync(draft, after, { mode: 0o600 });
    renameSync(draft, path);
  }
  chmodSync(path, 0o600);
}

export const secrets = {
  name: "local secrets",
  doing: "writing .dev.vars",

  check() {
    const path = at(".dev.vars");
    if (!existsSync(path) || (statSync(path).mode & 0o077) !== 0) return false;
    const there = localSecrets(path);
    return Object.keys(SECRETS).every((name) => name in there);
  },

  work() {
    writeSecrets(at(".dev.vars"));
    return "written to .dev.vars";
  },
};
