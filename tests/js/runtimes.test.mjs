// The packed package in a fresh project for each runtime and test runner: by name, with nothing said about WebAssembly.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { BUN, cases, DENO, HOSTS, install, ROOT, write } from "./installed.mjs";

const COMPARE = join(import.meta.dirname, "compare.mjs");
const CASES = join(import.meta.dirname, "installed.mjs");

/** Compares one way of importing the package, in a module. */
const ASKED = {
  import: 'import * as api from "postcall";',
  require: 'import { createRequire } from "node:module"; const api = createRequire(import.meta.url)("postcall");',
};
const script = (way) => `
  ${ASKED[way]}
  import { compare } from ${JSON.stringify(COMPARE)};
  import { cases } from ${JSON.stringify(CASES)};
  console.log(JSON.stringify(compare(api, cases())));
`;

function passes({ count, differences }) {
  assert.deepEqual(differences, []);
  assert.equal(count.bytes, cases().length);
  assert.ok(count.text >= 30 && count.parsed >= 20, JSON.stringify(count));
}

/** What a program says, run in a project. */
function said(folder, program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } });
  assert.equal(status, 0, `${error ?? ""}${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

for (const [name, program, ...args] of [
  ...nodes().map((path) => [`Node ${execFileSync(path, ["--version"], { encoding: "utf8" }).trim()}`, path]),
  ["Deno", DENO, "run", "--no-remote", "--cached-only", "--allow-read"],
  ["Bun", BUN, "run"],
]) {
  for (const way of Object.keys(ASKED)) {
    test(`${name} gives the goldens by ${way}`, () => {
      const { folder } = install();
      write(folder, "goldens.mjs", script(way));
      passes(JSON.parse(said(folder, program, ...args, "goldens.mjs")));
    });
  }
}

for (const way of Object.keys(ASKED)) {
  test(`Node has the binary from the file by ${way}, not from a script`, () => {
    const { folder } = install();
    rmSync(join(folder, "node_modules", "postcall", "dist", "cjs", "embedded.js"));
    write(folder, "validate.mjs", `${ASKED[way]} console.log(api.validate('{"call":{"call_id":"1"}}').valid);`);
    assert.equal(said(folder, process.execPath, "validate.mjs"), "true\n");
  });

  test(`Deno needs no permission by ${way}`, () => {
    const { folder } = install();
    write(folder, "validate.mjs", `${ASKED[way]} console.log(api.validate('{"call":{"call_id":"1"}}').valid);`);
    assert.equal(said(folder, DENO, "run", "--no-remote", "--cached-only", "--no-prompt", "validate.mjs"), "true\n");
  });
}

test("in Bun, import and require give one and the same package", () => {
  const { folder } = install();
  write(folder, "same.mjs", `import { PostCallError } from "postcall"; ${ASKED.require} console.log(api.PostCallError === PostCallError);`);
  assert.equal(said(folder, BUN, "run", "same.mjs"), "true\n");
});

/** The same test for every runner, which brings its own `test` and `expect`. */
const TEST = (api) => `
  const { parse, safeSummarize, validate, PostCallError, postCall } = ${api};
  test("the package works", () => {
    const input = { call: { call_id: "0866", status: "completed", duration: 113 } };
    expect(safeSummarize(input).summary.headline).toMatch(/^Connected for 1 min 53 s/);
    expect(safeSummarize(new TextEncoder().encode(JSON.stringify(input))).success).toBe(true);
    expect(parse(Buffer.from(JSON.stringify(input)))).toEqual(input);
    expect(validate("{").valid).toBe(false);
    expect(() => parse("[]")).toThrow(PostCallError);
    expect(postCall["~standard"].validate(input)).toEqual({ value: input });
  });
`;

test("Jest runs tests of the package as CommonJS, without settings for it", () => {
  const { folder } = install();
  write(folder, "package.json", JSON.stringify({ name: "user", private: true }));
  write(folder, "package.test.js", TEST('require("postcall")'));
  write(folder, "jest.config.js", 'module.exports = { transform: {}, testEnvironment: "node" };');
  assert.match(said(folder, process.execPath, join(HOSTS, "jest", "bin", "jest.js"), "--rootDir", folder), /Tests: +1 passed, 1 total/);
});

test("Jest runs tests of the package as modules", () => {
  const { folder } = install();
  write(folder, "package.test.mjs", TEST('await import("postcall")'));
  write(folder, "jest.config.mjs", 'export default { transform: {}, testEnvironment: "node", testMatch: ["**/*.test.mjs"] };');
  const jest = join(HOSTS, "jest", "bin", "jest.js");
  assert.match(said(folder, process.execPath, "--experimental-vm-modules", jest, "--rootDir", folder), /Tests: +1 passed, 1 total/);
});

test("Jest runs tests of the package in jsdom, with what the page says that jsdom lacks", () => {
  const { folder } = install();
  const page = readFileSync(join(ROOT, "docs", "javascript.md"), "utf8");
  write(folder, "package.json", JSON.stringify({ name: "user", private: true }));
  write(folder, "jest.setup.js", /^```js\n\/\/ jest\.setup\.js\n(.*?)^```$/ms.exec(page)[1]);
  write(folder, "package.test.js", TEST('require("postcall")'));
  const settings = { transform: {}, testEnvironment: join(HOSTS, "jest-environment-jsdom"), setupFiles: ["./jest.setup.js"] };
  write(folder, "jest.config.json", JSON.stringify(settings));
  assert.match(said(folder, process.execPath, join(HOSTS, "jest", "bin", "jest.js"), "--rootDir", folder), /Tests: +1 passed, 1 total/);
});

test("Vitest runs tests of the package, without settings for it", () => {
  const { folder } = install();
  write(folder, "package.test.mjs", TEST('await import("postcall")'));
  const found = said(folder, process.execPath, join(HOSTS, "vitest", "vitest.mjs"), "run", "--root", folder, "--globals");
  assert.match(found, /Tests +1 passed \(1\)/);
});

/** The Nodes of set-up and those on the path, from 20 on, each version once. */
function nodes() {
  const own = ["node-20", "node-22"].map((name) => join(HOSTS, name, "bin", "node"));
  const others = [process.execPath, ...(process.env.PATH ?? "").split(delimiter).map((place) => join(place, "node"))];
  const version = (path) => execFileSync(path, ["--version"], { encoding: "utf8" }).trim();
  const found = new Map();
  for (const path of [...own, ...others].filter((path) => existsSync(path))) {
    if (Number(/^v(\d+)/.exec(version(path))[1]) >= 20) found.set(version(path), realpathSync(path));
  }
  return [...found.values()];
}
