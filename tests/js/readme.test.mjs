// The examples of the package's README do what they say.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { install, ROOT, write } from "./installed.mjs";

const { folder } = install();
const examples = [...readFileSync(join(ROOT, "pkg", "README.md"), "utf8").matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);

const run = (name, code) => execFileSync(process.execPath, [write(folder, name, code)], { cwd: folder, encoding: "utf8" });

test("the first example prints a headline", () => {
  assert.match(run("first.mjs", examples[0]), /^Connected for 1 min 53 s/);
});

test("the second example prints what its comments say", () => {
  const said = run("second.mjs", examples[1]);
  const promised = [...examples[1].matchAll(/^ *(?:if \(.*?\) )?(?:if \(.*\) )?console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment);
  assert.ok(promised.length >= 3);
  assert.deepEqual(said.trim().split("\n"), promised);
});

test("the handler answers a good payload with its headline, a bad one with its issues", () => {
  const use = `
    import handler from "./handler.mjs";
    for (const body of ['{"call":{"call_id":"1","status":"completed"}}', "[]"]) {
      const answer = await handler.fetch(new Request("https://example.com", { method: "POST", body }));
      console.log(answer.status, Object.keys(await answer.json()).join());
    }
  `;
  write(folder, "handler.mjs", examples[2]);
  assert.equal(run("third.mjs", use), "200 headline\n422 issues\n");
});

test("the example of the slim entry loads the module from its address", () => {
  const stand = `
    import { readFileSync } from "node:fs";
    globalThis.fetch = async (url) => {
      if (url.href !== "https://cdn.example.com/postcall.wasm") throw new Error("another address");
      return new Response(readFileSync("node_modules/postcall/dist/postcall.wasm"));
    };
  `;
  run("slim.mjs", `${stand}\n${examples[3]}\nif (validate("{}").valid) process.exit(1);`);
});
