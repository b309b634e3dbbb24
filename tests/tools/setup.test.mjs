// Set-up: what it finds, what it writes, what it leaves alone.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { withLock } from "../../scripts/setup/lock.mjs";
import { installed } from "../../scripts/setup/npm.mjs";
import { at, atLeast, pinnedRust, wasmBindgenVersion } from "../../scripts/setup/places.mjs";
import { span } from "../../scripts/setup/progress.mjs";
import { ranked, shortName } from "../../scripts/setup/rust.mjs";
import { complete, readSecrets, SECRETS, writeSecrets } from "../../scripts/setup/secrets.mjs";
import { listed } from "../../scripts/setup/tools.mjs";

/** What the package is tried in has a lock file of its own. */
const HOSTS = ["tests", "js", "hosts"];
/** And so have the validators that it is compared with. */
const PEERS = ["bench", "js"];

const text = (...parts) => readFileSync(at(...parts), "utf8");

function folder(context) {
  const path = mkdtempSync(join(tmpdir(), "postcall-test-"));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("with nothing to do, set-up takes less than 5 s and says so", () => {
  const began = Date.now();
  const { status, stdout } = spawnSync(process.execPath, [at("scripts", "setup.mjs")], { encoding: "utf8" });
  assert.equal(status, 0);
  assert.match(stdout, /^set-up: everything is there \(\d+\.\d s\)\n$/);
  assert.ok(Date.now() - began < 5000);
});

test("new secrets are 256 random bits each, all different, one file for the owner alone", (context) => {
  const path = join(folder(context), ".dev.vars");
  writeSecrets(path);
  const secrets = readSecrets(readFileSync(path, "utf8"));
  assert.deepEqual(Object.keys(secrets), Object.keys(SECRETS));
  for (const value of Object.values(secrets)) assert.match(value, /^[0-9a-f]{64}$/);
  assert.equal(new Set(Object.values(secrets)).size, 3);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("secrets that are there are never changed", (context) => {
  const path = join(folder(context), ".dev.vars");
  writeSecrets(path);
  const before = readFileSync(path, "utf8");
  writeSecrets(path);
  assert.equal(readFileSync(path, "utf8"), before);
});

test("a name that is missing is appended, and what stood there stays byte for byte", () => {
  const before = '# mine\nAPI_TOKENS = "one,two" \nSIGNING_SECRETS=\nOTHER=1';
  const after = complete(before, () => "new");
  assert.ok(after.startsWith(before));
  assert.deepEqual(readSecrets(after), {
    API_TOKENS: "one,two",
    SIGNING_SECRETS: "",
    OTHER: "1",
    WEBHOOK_TOKENS: "new",
  });
});

test("the example of .dev.vars names every secret and holds no value", () => {
  const example = text(".dev.vars.example");
  assert.deepEqual(readSecrets(example), {});
  for (const line of example.trimEnd().split("\n")) assert.match(line, /^#/);
  for (const name of Object.keys(SECRETS)) assert.ok(example.includes(name));
});

test("git ignores the local secrets and keeps their example", { skip: !existsSync(at(".git")) }, () => {
  const ignored = (name) => spawnSync("git", ["check-ignore", "-q", name], { cwd: at() }).status === 0;
  assert.ok(ignored(".dev.vars"));
  assert.ok(ignored(".dev.vars.new"));
  assert.ok(!ignored(".dev.vars.example"));
});

test("the lock files name no registry of their own", () => {
  for (const folder of [[], HOSTS, PEERS]) assert.doesNotMatch(text(...folder, "package-lock.json"), /"resolved": "https?:/);
  // Cargo always writes down where a crate comes from: one place for all of them, the one it knows by itself.
  const sources = new Set(text("Cargo.lock").match(/^source = .*$/gm));
  assert.equal(sources.size, 1);
  assert.match([...sources][0], /^source = "registry\+/);
});

for (const folder of [[], HOSTS, PEERS]) {
  const path = [...folder, "package-lock.json"];
  test(`${path.join("/")} knows every optional package, also of systems other than this one`, () => {
    const { packages } = JSON.parse(text(...path));
    const known = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
    const wanted = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    );
    assert.deepEqual(
      wanted.filter((name) => !known.has(name)),
      [],
      "npm ci refuses a lock file that lacks one",
    );
  });
}

test("every version is pinned exactly, and the same in all places", () => {
  assert.match(pinnedRust(), /^\d+\.\d+\.\d+$/);
  assert.ok(text("Cargo.toml").includes(`"=${wasmBindgenVersion()}"`));
  for (const folder of [[], ["pkg"], ["www"], HOSTS, PEERS]) {
    const manifest = join(...folder, "package.json");
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text(manifest));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      assert.match(version, /^(npm:[\w-]+@)?\d+\.\d+\.\d+$/, `${name} in ${manifest}`);
    }
  }
});

test("node_modules counts as installed only when it holds what the lock file asks for", () => {
  const entry = (version, more) => ({ version, integrity: `sha512-${version}`, ...more });
  const lock = {
    packages: {
      "": {},
      pkg: {},
      "node_modules/a": entry("1.0.0"),
      "node_modules/b": entry("2.0.0", { optional: true }),
    },
  };
  const all = () => true;
  assert.equal(installed(lock, { packages: { "node_modules/a": entry("1.0.0") } }, all), true);
  assert.equal(
    installed(lock, { packages: { "node_modules/a": entry("1.0.0") } }, () => false),
    false,
  );
  assert.equal(installed(lock, { packages: { "node_modules/a": entry("1.0.1") } }, all), false);
  assert.equal(installed(lock, { packages: { "node_modules/b": entry("2.0.0") } }, all), false);
  assert.equal(
    installed(lock, { packages: { "node_modules/a": entry("1.0.0"), "node_modules/c": entry("1.0.0") } }, all),
    false,
  );
  assert.equal(installed(lock, null, all), false);
});

test("versions are compared as numbers", () => {
  const table = [
    ["22.12.0", true],
    ["v22.12.0", true],
    ["24.0.0", true],
    ["22.9.9", false],
    ["9.99.99", false],
    ["22.12.0-nightly", true],
  ];
  for (const [version, enough] of table) assert.equal(atLeast(version, "22.12.0"), enough, version);
});

test("a tool counts as installed only in its exact version", () => {
  const list = '[v1]\n"wasm-bindgen-cli 0.2.12 (registry+x)" = ["wasm-bindgen"]\n';
  assert.equal(listed(list, "wasm-bindgen-cli", "0.2.12"), true);
  assert.equal(listed(list, "wasm-bindgen-cli", "0.2.129"), false);
  assert.equal(listed(list, "bindgen-cli", "0.2.12"), false);
});

test("other toolchains are tried with the chosen one first and previews last", () => {
  const names = [
    "nightly-x86_64-unknown-linux-gnu",
    "1.96.0-x86_64-unknown-linux-gnu",
    "stable-x86_64-unknown-linux-gnu",
  ];
  assert.deepEqual(ranked(names, undefined).map(shortName), ["1.96.0", "stable", "nightly"]);
  assert.deepEqual(ranked(names, names[0]).map(shortName), ["nightly", "1.96.0", "stable"]);
});

test("a lock lets one process in at a time, and a dead owner's is taken over", async (context) => {
  const place = folder(context);
  writeFileSync(join(place, "lock"), "999999999");
  const script = `
    import { appendFileSync } from "node:fs";
    import { withLock } from ${JSON.stringify(pathToFileURL(at("scripts", "setup", "lock.mjs")).href)};
    const say = (word) => appendFileSync("said", word + "\\n");
    await withLock("lock", async () => { say("in"); await new Promise((go) => setTimeout(go, 50)); say("out"); });`;
  const one = () =>
    new Promise((resolve) =>
      spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: place }).on("close", resolve),
    );
  assert.deepEqual(await Promise.all([one(), one(), one()]), [0, 0, 0]);
  assert.equal(readFileSync(join(place, "said"), "utf8"), "in\nout\n".repeat(3));
});

test("a lock is given back when the work fails", async (context) => {
  const path = join(folder(context), "lock");
  await assert.rejects(
    withLock(path, () => Promise.reject(new Error("no"))),
    /no/,
  );
  assert.equal(existsSync(path), false);
});

test("time is told in the unit a person would use", () => {
  assert.deepEqual([40, 9_949, 42_400, 59_700, 187_000].map(span), [
    "0.0 s",
    "9.9 s",
    "42 s",
    "1 min 00 s",
    "3 min 07 s",
  ]);
});
