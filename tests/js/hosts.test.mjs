// The packed package in a fresh project for each bundler, its page in Chromium, its server or Worker run; and plain pages.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { bundle, PAGES, SERVERS } from "./bundlers.mjs";
import { cases, casesAsText, host, install, ROOT, write } from "./installed.mjs";
import { openBrowser, page, POLICY } from "./pages.mjs";

/** A fresh project with the package and the goldens. */
function project() {
  const { folder } = install();
  for (const name of ["compare.mjs", "trap.mjs"]) cpSync(join(import.meta.dirname, name), join(folder, name));
  write(folder, "public/cases.json", casesAsText());
  return folder;
}

const PAGE = `
  import * as api from "postcall";
  import { compare, revived } from "./compare.mjs";
  window.result = fetch("/cases.json").then((answer) => answer.text()).then((text) => compare(api, revived(text)));
`;

function passes({ count, differences }) {
  assert.deepEqual(differences, []);
  assert.equal(count.bytes, cases().length);
}

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser?.close());

for (const bundler of PAGES) {
  test(`a page bundled by ${bundler}, with no init, gives the goldens in Chromium`, async () => {
    const folder = project();
    write(folder, "page.mjs", PAGE);
    await bundle(bundler, folder, "page.mjs");
    write(folder, "dist/page.html", page("/page.js"));
    browser.serve([join(folder, "dist"), join(folder, "public")]);
    passes(await browser.resultOf("page.html"));
  });
}

test("a page that Vite serves while it is written, with no init, gives the goldens in Chromium", async () => {
  const folder = project();
  write(folder, "page.mjs", PAGE);
  write(folder, "index.html", page("/page.mjs"));
  const { createServer } = await host("vite");
  const server = await createServer({ root: folder, configFile: false, logLevel: "error", server: { host: "127.0.0.1", port: 0, hmr: false } });
  try {
    await server.listen();
    passes(await browser.resultOf(server.resolvedUrls.local[0]));
  } finally {
    await server.close();
  }
});

test("a page with an import map and no bundler gives the goldens in Chromium", async () => {
  const folder = project();
  write(folder, "page.mjs", PAGE);
  const map = { imports: { postcall: "/node_modules/postcall/dist/esm/inline.js" } };
  write(folder, "page.html", page("/page.mjs", `<script type="importmap">${JSON.stringify(map)}</script>`));
  // An inline map needs a policy of its own; the package does not.
  browser.serve([folder, join(folder, "public")], POLICY.replace("'self'", "'self' 'unsafe-inline'"));
  passes(await browser.resultOf("page.html"));
});

for (const [entry, script] of Object.entries({
  postcall: 'import { validate } from "postcall"; try { validate("{}"); } catch (error) { window.result = error.message; }',
  "postcall/slim": 'import { init } from "postcall/slim"; init(new URL("/postcall.wasm", location.href)).catch((error) => (window.result = error.message));',
})) {
  test(`a page whose policy forbids WebAssembly is told by ${entry} what its policy lacks`, async () => {
    const folder = project();
    write(folder, "page.mjs", script);
    await bundle("esbuild", folder, "page.mjs");
    write(folder, "dist/page.html", page("/page.js"));
    cpSync(join(folder, "node_modules", "postcall", "dist", "postcall.wasm"), join(folder, "dist", "postcall.wasm"));
    browser.serve([join(folder, "dist")], "default-src 'none'; script-src 'self'; connect-src 'self'");
    assert.match(await browser.resultOf("page.html"), /'wasm-unsafe-eval'/);
  });
}

test("a page with the slim entry gives the goldens in Chromium, whatever media type its server gives the binary", async () => {
  const folder = project();
  const slim = PAGE.replace('"postcall"', '"postcall/slim"').replace("window.result =", 'window.result = api.init(new URL("/postcall.wasm", location.href)).then(() =>');
  write(folder, "page.mjs", `${slim.trimEnd().slice(0, -1)});`);
  await bundle("esbuild", folder, "page.mjs");
  write(folder, "dist/page.html", page("/page.js"));
  cpSync(join(folder, "node_modules", "postcall", "dist", "postcall.wasm"), join(folder, "dist", "postcall.wasm"));
  browser.serve([join(folder, "dist"), join(folder, "public")]);
  passes(await browser.resultOf("page.html"));
});

test("after a trap inside WebAssembly the package answers from a fresh instance, in Chromium", async () => {
  const folder = project();
  const script = 'import { differences, prepare } from "./trap.mjs"; const state = prepare(); window.result = import("postcall").then((api) => differences(api, state));';
  write(folder, "page.mjs", script);
  await bundle("esbuild", folder, "page.mjs");
  write(folder, "dist/page.html", page("/page.js"));
  browser.serve([join(folder, "dist")]);
  assert.deepEqual(await browser.resultOf("page.html"), []);
});

/** Bundles a Worker by wrangler and asks it once. The JSON of its answer. */
async function askWorker(folder, script, body) {
  write(folder, "worker.mjs", script);
  write(folder, "wrangler.json", JSON.stringify({ name: "worker", main: "worker.mjs", compatibility_date: "2026-07-01" }));
  const wrangler = join(ROOT, "node_modules", ".bin", "wrangler");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", CI: "1" };
  execFileSync(wrangler, ["deploy", "--dry-run", "--outdir", "worker"], { cwd: folder, env, stdio: "pipe" });
  const names = readdirSync(join(folder, "worker")).filter((name) => /\.(js|wasm)$/.test(name));
  names.sort((a, b) => extname(a).localeCompare(extname(b))); // the first module is the Worker
  const kinds = { ".js": "ESModule", ".wasm": "CompiledWasm" };
  const modules = names.map((name) => ({ type: kinds[extname(name)], path: name, contents: readFileSync(join(folder, "worker", name)) }));
  const worker = new Miniflare(convertV4MiniflareOptions({ modules, compatibilityDate: "2026-07-01", cf: false }));
  try {
    const answer = await worker.dispatchFetch("http://localhost/", { method: "POST", body });
    assert.equal(answer.status, 200);
    return { names, said: await answer.json() };
  } finally {
    await worker.dispose();
  }
}

test("a Worker bundled by wrangler, with no init, gives the goldens under workerd", async () => {
  const script = `
    import * as api from "postcall";
    import { compare, revived } from "./compare.mjs";
    export default {
      async fetch(request) {
        return Response.json(compare(api, revived(await request.text())));
      },
    };
  `;
  const { names, said } = await askWorker(project(), script, casesAsText());
  assert.deepEqual(names.map((name) => extname(name)), [".js", ".wasm"], "the binary is a module of its own");
  passes(said);
});

test("in a Worker bundled by wrangler, import and require give one and the same package, and it answers", async () => {
  const folder = project();
  write(folder, "other.cjs", 'module.exports = require("postcall");');
  const script = `
    import { validate } from "postcall";
    import other from "./other.cjs";
    export default { fetch: () => Response.json([other.validate === validate, other.validate('{"call":{"call_id":"1"}}').valid]) };
  `;
  const { names, said } = await askWorker(folder, script, "");
  assert.deepEqual([names.map((name) => extname(name)), said], [[".js", ".wasm"], [true, true]]);
});

test("after a trap inside WebAssembly the package answers from a fresh instance, under workerd", async () => {
  const folder = project();
  const { TRAP } = await import("./trap.mjs");
  write(folder, "trap.wasm", TRAP);
  const script = `
    import trap from "./trap.wasm";
    import { differences, prepare } from "./trap.mjs";
    import * as api from "postcall";
    const state = prepare(trap);
    export default { fetch: () => Response.json(differences(api, state)) };
  `;
  assert.deepEqual((await askWorker(folder, script, "")).said, []);
});

/** What a bundled server says, where the package is no more. */
function served(bundler, file, ...args) {
  rmSync(join(file, "..", "..", "node_modules"), { recursive: true });
  const [program, ...options] = SERVERS[bundler];
  return execFileSync(program, [...options, file, ...args], { cwd: "/", encoding: "utf8" });
}

test("in a bundle, import and require give one and the same package", async () => {
  for (const bundler of ["esbuild", "Vite", "webpack", "Bun"]) {
    const folder = project();
    write(folder, "other.cjs", 'exports.other = require("postcall");');
    write(folder, "server.mjs", 'import { PostCallError } from "postcall"; import { other } from "./other.cjs"; console.log(other.PostCallError === PostCallError);');
    const file = await bundle(bundler, folder, "server.mjs", { format: "esm" });
    assert.equal(served(bundler, file), "true\n", bundler);
  }
});

for (const bundler of Object.keys(SERVERS)) {
  for (const format of ["esm", "cjs"]) {
    test(`a server bundled by ${bundler} (${format}), with no init, gives the goldens without the package, by import and require`, async () => {
      const folder = project();
      const script = `
        import * as imported from "postcall";
        import { required } from "./required.cjs";
        import { readFileSync } from "node:fs";
        import { compare, revived } from "./compare.mjs";
        const cases = revived(readFileSync(process.argv[2], "utf8"));
        console.log(JSON.stringify([imported, required].map((api) => compare(api, cases))));
      `;
      write(folder, "required.cjs", 'exports.required = require("postcall");');
      write(folder, "server.mjs", script);
      const file = await bundle(bundler, folder, "server.mjs", { format });
      const ways = JSON.parse(served(bundler, file, join(folder, "public", "cases.json")));
      assert.equal(ways.length, 2);
      ways.forEach(passes);
    });
  }
}

test("a bundle that has lost the binary says what to do", async () => {
  const folder = project();
  write(folder, "server.mjs", 'import { validate } from "postcall"; try { validate("{}"); } catch (error) { console.log(error.message, error.cause.code); }');
  const { rollup } = await host("rollup");
  const resolver = { resolveId: (id) => (id === "postcall" ? join(folder, "node_modules", "postcall", "dist", "esm", "node.js") : null) };
  const bundle = await rollup({ input: join(folder, "server.mjs"), plugins: [resolver], external: ["node:fs"] });
  const file = join(folder, "dist", "server.mjs");
  await bundle.write({ file });
  await bundle.close();
  const said = execFileSync(process.execPath, [file], { cwd: "/", encoding: "utf8" });
  assert.match(said, /^postcall: .* beside the script; bundle with the condition "module", .*postcall\/slim ENOENT$/m);
});
