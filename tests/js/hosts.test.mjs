// The installed package in bundles: a page in Chromium by two bundlers and by hand, a Worker under workerd, a server.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { chromium } from "playwright-core";
import * as vite from "vite";
import { cases, casesAsText, install, ROOT, write } from "./installed.mjs";

const { folder } = install();
cpSync(join(import.meta.dirname, "compare.mjs"), join(folder, "compare.mjs"));
write(folder, "public/cases.json", casesAsText());

/** What a page's policy must allow, and no more. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

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
let server;
let policy = POLICY;
before(async () => {
  const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json" };
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const place = ["public", "site", "."].map((root) => join(folder, root, pathname)).find((path) => existsSync(path));
    if (!place) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(place)] ?? "application/octet-stream", "content-security-policy": policy });
    response.end(readFileSync(place));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Opens a page of the server. What its script left in `window.result`. */
async function resultOf(path) {
  const page = await browser.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`http://127.0.0.1:${server.address().port}/${path}`);
  assert.deepEqual(faults, []);
  const result = await page.evaluate(() => window.result);
  await page.close();
  return result;
}

const page = (name, script) => write(folder, `site/${name}.html`, `<!doctype html><title>${name}</title>${script}`);
const module = (path) => `<script type="module" src="${path}"></script>`;

test("a page bundled by esbuild, with no init, gives the goldens in Chromium", async () => {
  const entry = write(folder, "page.mjs", PAGE);
  await build({ entryPoints: [entry], bundle: true, minify: true, format: "esm", outfile: join(folder, "site", "esbuild.js"), logLevel: "warning" });
  page("esbuild", module("/esbuild.js"));
  passes(await resultOf("esbuild.html"));
});

test("a page built by Vite, with no init, gives the goldens in Chromium", async () => {
  const entry = write(folder, "vite/page.mjs", PAGE.replace("./compare.mjs", "../compare.mjs"));
  assert.ok(entry);
  write(folder, "vite/vite.html", `<!doctype html><title>vite</title>${module("./page.mjs")}`);
  await vite.build({
    root: join(folder, "vite"),
    logLevel: "warn",
    configFile: false,
    build: { outDir: join(folder, "site"), emptyOutDir: false, rolldownOptions: { input: join(folder, "vite", "vite.html") } },
  });
  passes(await resultOf("vite.html"));
});

test("a page with an import map and no bundler gives the goldens in Chromium", async () => {
  // An inline map needs a policy of its own; the package does not.
  policy = POLICY.replace("'self'", "'self' 'unsafe-inline'");
  const map = { imports: { postcall: "/node_modules/postcall/dist/esm/inline.js" } };
  page("plain", `<script type="importmap">${JSON.stringify(map)}</script>${module("/page.mjs")}`);
  passes(await resultOf("plain.html"));
  policy = POLICY;
});

test("a page whose policy forbids WebAssembly is told what its policy lacks", async () => {
  const script = 'import { validate } from "postcall"; try { validate("{}"); } catch (error) { window.result = error.message; }';
  const entry = write(folder, "strict.mjs", script);
  await build({ entryPoints: [entry], bundle: true, format: "esm", outfile: join(folder, "site", "strict.js"), logLevel: "warning" });
  page("strict", module("/strict.js"));
  policy = "default-src 'none'; script-src 'self'";
  assert.match(await resultOf("strict.html"), /'wasm-unsafe-eval'/);
  policy = POLICY;
});

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
  write(folder, "worker.mjs", script);
  write(folder, "wrangler.json", JSON.stringify({ name: "worker", main: "worker.mjs", compatibility_date: "2026-07-01" }));
  const wrangler = join(ROOT, "node_modules", ".bin", "wrangler");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", CI: "1" };
  execFileSync(wrangler, ["deploy", "--dry-run", "--outdir", "worker"], { cwd: folder, env, stdio: "pipe" });
  const names = readdirSync(join(folder, "worker")).filter((name) => /\.(js|wasm)$/.test(name));
  assert.deepEqual(names.map((name) => extname(name)).sort(), [".js", ".wasm"], "the binary is a module of its own");
  names.sort((a, b) => extname(a).localeCompare(extname(b))); // the first module is the Worker
  const kinds = { ".js": "ESModule", ".wasm": "CompiledWasm" };
  const modules = names.map((name) => ({ type: kinds[extname(name)], path: name, contents: readFileSync(join(folder, "worker", name)) }));
  const worker = new Miniflare(convertV4MiniflareOptions({ modules, compatibilityDate: "2026-07-01", cf: false }));
  try {
    const answer = await worker.dispatchFetch("http://localhost/", { method: "POST", body: casesAsText() });
    assert.equal(answer.status, 200);
    passes(await answer.json());
  } finally {
    await worker.dispose();
  }
});

for (const format of ["esm", "cjs"]) {
  test(`a server bundled by esbuild into one file of its own (${format}) gives the goldens`, async () => {
    const script = `
      import * as api from "postcall";
      import { readFileSync } from "node:fs";
      import { compare, revived } from "./compare.mjs";
      console.log(JSON.stringify(compare(api, revived(readFileSync(process.argv[2], "utf8")))));
    `;
    const entry = write(folder, "server.mjs", script);
    const outfile = join(folder, "elsewhere", format, format === "esm" ? "server.mjs" : "server.cjs");
    await build({ entryPoints: [entry], bundle: true, platform: "node", format, outfile, logLevel: "warning" });
    const said = execFileSync(process.execPath, [outfile, join(folder, "public", "cases.json")], { cwd: "/", encoding: "utf8" });
    passes(JSON.parse(said));
  });
}
