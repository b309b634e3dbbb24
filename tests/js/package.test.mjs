// The package as those look at it who judge packages, and what of it ends up in bundles.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bundle, PAGES } from "./bundlers.mjs";
import { HOSTS, host, install, packed, write } from "./installed.mjs";

const { folder } = install();
const BINARY = readFileSync(join(folder, "node_modules", "postcall", "dist", "postcall.wasm"));

test("publint finds nothing to say of the tarball", async () => {
  const { publint } = await host("publint");
  const { formatMessage } = await host("publint/utils");
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(readFileSync(packed().tarball)).buffer }, strict: true });
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg, { color: false })), []);
});

test("are-the-types-wrong finds every entry right for everybody who can import it", () => {
  // What it looks at, it deletes.
  const copy = join(folder, "looked-at.tgz");
  copyFileSync(packed().tarball, copy);
  const look = (...args) => {
    const attw = join(HOSTS, "@arethetypeswrong", "cli", "dist", "index.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [attw, copy, "--no-emoji", "--no-color", ...args], { encoding: "utf8" });
    return { status, said: stdout + stderr };
  };
  // The old resolution of TypeScript's `node10` reads no exports: there the main entry alone is found.
  const { status, said } = look("--profile", "node16", "--entrypoints", ".", "./slim", "./client", "./schema.json");
  assert.equal(status, 0, said);
  copyFileSync(packed().tarball, copy);
  const main = look("--profile", "strict", "--entrypoints", ".");
  assert.equal(main.status, 0, main.said);
  assert.match(main.said, /No problems found/);
  // A Web Worker is a module.
  copyFileSync(packed().tarball, copy);
  const worker = look("--profile", "esm-only", "--entrypoints", "./worker");
  assert.equal(worker.status, 0, worker.said);
});

test("the oldest TypeScript that the package promises reads its types", () => {
  write(folder, "old.mts", 'import { safeSummarize, postCall, type Stats } from "postcall";\nexport const used: Stats | string = safeSummarize("").success ? postCall["~standard"].vendor : "";\n');
  const settings = { module: "nodenext", target: "es2022", lib: ["es2020"], strict: true, noEmit: true, skipLibCheck: false, types: [] };
  const config = write(folder, "tsconfig.json", JSON.stringify({ compilerOptions: settings, files: ["old.mts"] }));
  const tsc = join(HOSTS, "typescript-5", "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", config], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

/** Texts by which the parts of the package are known that somebody may not need. */
const PARTS = {
  sign: /0x428a2f98|1116352408/,
  postCall: /json-schema\.org\/draft\/2020-12/,
  aggregate: /`summarize` gives|human_share/,
  summarizeLines: /pass its `stream\(\)`/,
};

for (const bundler of PAGES) {
  test(`of what ${bundler} bundles, only what is used is there`, async () => {
    const within = async (name, script) => {
      write(folder, `${bundler}/${name}.mjs`, script);
      return readFileSync(await bundle(bundler, folder, `${bundler}/${name}.mjs`), "utf8");
    };
    const whole = await within("whole", 'import * as api from "postcall"; window.api = { ...api };');
    for (const [part, text] of Object.entries(PARTS)) {
      assert.match(whole, text, `${part} is known by its text`);
      const alone = await within(part, `import { ${part} } from "postcall"; window.api = ${part};`);
      for (const [other, text] of Object.entries(PARTS)) {
        if (part === other) assert.match(alone, text);
        else assert.doesNotMatch(alone, text, `${other} beside ${part}`);
      }
    }
    const validate = await within("validate", 'import { validate } from "postcall"; window.api = validate;');
    for (const [part, text] of Object.entries(PARTS)) assert.doesNotMatch(validate, text, part);
    assert.doesNotMatch(validate, /the payload is not valid/, "PostCallError");
    for (const names of ["prettifyIssues", "aggregate, flattenIssues, PostCallError, prettifyIssues, sign, verifySignature, vocabularies"]) {
      const script = await within("no-parser", `import { ${names} } from "postcall"; window.api = [${names}];`);
      assert.doesNotMatch(script, /WebAssembly/, names);
      assert.ok(script.length < BINARY.length, `the binary, of ${BINARY.length} bytes, beside ${names}: ${script.length} characters`);
    }
  });
}

test("the page's side of a Web Worker carries no binary", () => {
  assert.doesNotMatch(readFileSync(join(folder, "node_modules", "postcall", "dist", "esm", "client.js"), "utf8"), /WebAssembly/);
});
