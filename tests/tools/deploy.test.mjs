// docs/deploy.md names what the Worker is set by: what the code reads, what wrangler.toml binds, what set-up makes.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { unstable_readConfig as readConfig } from "wrangler";
import { at } from "../../scripts/setup/places.mjs";
import { SECRETS } from "../../scripts/setup/secrets.mjs";

const read = (...path) => readFileSync(at(...path), "utf8");
const sorted = (names) => [...new Set(names)].sort();

/** Names of the documented table, by kind. */
function documented() {
  const table = /<!-- settings -->([^]*?)<!-- \/settings -->/.exec(read("docs", "deploy.md"))[1];
  const rows = [...table.matchAll(/^\| `(\w+)` \| ([^|]+?) \|/gm)].map(([, name, kind]) => ({ name, kind }));
  return (...kinds) => sorted(rows.filter(({ kind }) => kinds.some((word) => kind.startsWith(word))).map(({ name }) => name));
}

/** wrangler.toml with the marks taken off its optional bindings, as the documentation tells. */
function configuration(context) {
  const folder = mkdtempSync(join(tmpdir(), "postcall-test-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const all = read("wrangler.toml").replace(/^# (\[\[|\w+ = )/gm, "$1");
  writeFileSync(join(folder, "wrangler.toml"), all);
  return readConfig({ config: join(folder, "wrangler.toml") }, { hideWarnings: true });
}

test("the settings that the code reads are those that are documented, made and configured", (context) => {
  const of = documented();
  const code = [...read("src", "edge", "settings.rs").split("#[cfg(test)]")[0].matchAll(/value\("(\w+)"\)/g)].map(([, name]) => name);
  assert.deepEqual(of("secret", "variable"), sorted(code));
  assert.deepEqual(of("secret"), sorted(Object.keys(SECRETS)));
  assert.deepEqual(of("secret"), sorted([...read(".dev.vars.example").matchAll(/^# ([A-Z_]{5,}) {2,}/gm)].map(([, name]) => name)));
  assert.deepEqual(of("variable"), sorted(Object.keys(configuration(context).vars)));
  for (const name of of("secret", "variable")) assert.ok(read("README.md").includes(`\`${name}\``), name);
});

test("the bindings that the code looks for are those that are documented and configured", (context) => {
  const of = documented();
  const { kv_namespaces, ratelimits, analytics_engine_datasets } = configuration(context);
  const named = (source, constant) => new RegExp(`const ${constant}: &str = "(\\w+)"`).exec(source)[1];
  const optional = read("src", "edge", "bindings.rs");
  assert.deepEqual(of("KV"), kv_namespaces.map(({ binding }) => binding));
  assert.deepEqual(of("KV"), [named(read("src", "edge", "store.rs"), "BINDING")]);
  assert.deepEqual(of("rate limit"), ratelimits.map(({ name }) => name));
  assert.deepEqual(of("rate limit"), [named(optional, "LIMIT")]);
  assert.deepEqual(of("Analytics"), analytics_engine_datasets.map(({ binding }) => binding));
  assert.deepEqual(of("Analytics"), [named(optional, "COUNTERS")]);
});

test("what the documentation shows of wrangler.toml stands there", () => {
  const [toml] = [...read("docs", "deploy.md").matchAll(/```toml\n(\[\[[^]*?)```/g)].map(([, text]) => text);
  const marked = toml.trimEnd().split("\n").map((line) => `# ${line}`).join("\n");
  assert.ok(read("wrangler.toml").includes(marked));
});
