// The examples of docs/javascript.md do what the page says, each in a project of its own.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { BOUNDS } from "../../scripts/size.mjs";
import { bundle } from "./bundlers.mjs";
import { imported, install, link, ROOT, write } from "./installed.mjs";

const text = readFileSync(join(ROOT, "docs", "javascript.md"), "utf8");
const readme = readFileSync(join(ROOT, "pkg", "README.md"), "utf8");
const part = (page, name) => new RegExp(`<!-- begin ${name} -->\\n(.*?)<!-- end ${name} -->`, "s").exec(page)[1];

/** A project with examples of the page, by the names of their files, and with what they import. */
function project(files, ...packages) {
  const { folder } = install();
  link(folder, ...packages);
  for (const file of files) {
    const [, code] = new RegExp(`^\`\`\`jsx?\\n// ${file}\\n(.*?)^\`\`\`$`, "ms").exec(text) ?? [];
    assert.ok(code, `the page has ${file}`);
    write(folder, file, code);
  }
  return folder;
}
const run = (folder, file, ...args) => execFileSync(process.execPath, [file, ...args], { cwd: folder, encoding: "utf8", env: { ...process.env, SIGNING_SECRETS: "old,your-secret-key" } });

let browser;
before(async () => (browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] })));
after(() => browser?.close());

/** A page with a body and a script, served from a folder, in the browser. */
async function shown(folder, body, script) {
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  const types = { js: "text/javascript", html: "text/html" };
  await page.route("http://page.example.com/**", (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === "") return route.fulfill({ contentType: "text/html", body: `<!doctype html>${body}<script type="module" src="${script}"></script>` });
    return route.fulfill({ contentType: types[name.split(".").at(-1)], body: readFileSync(join(folder, "dist", name)) });
  });
  await page.goto("http://page.example.com/");
  return page;
}

test("the page and the README name every function, and nothing else", async () => {
  const rows = (page) => page.match(/^\| `\w+.*$/gm);
  assert.deepEqual(rows(part(text, "functions")), rows(part(readme, "functions")));
  const named = rows(part(text, "functions")).map((row) => /\w+/.exec(row)[0]);
  const exported = Object.keys(await imported(install().folder)).filter((name) => name !== "PostCallError");
  assert.deepEqual(named.sort(), exported.sort());
});

test("the sizes are the bounds that builds are held to", () => {
  const said = [...part(text, "sizes").matchAll(/^\| .*`.*\| ([\d.]+) \|$|^\| everything \| ([\d.]+) \|$/gm)].map(([, a, b]) => 1000 * Number(a ?? b));
  const names = ["page: validate", "page: everything", "slim: to read", "slim: everything", "Web Worker", "Web Worker's client", "package wasm"];
  assert.deepEqual(said, names.map((name) => BOUNDS[name]));
});

test("issues are laid out as shown", () => {
  const [, wanted] = /```text\n(.*?)```/s.exec(text);
  assert.equal(run(project(["prettify.mjs"]), "prettify.mjs"), wanted);
});

test("the form shows what is wrong beside its field, and saves a typed payload", async () => {
  const folder = project(["form.jsx"], "react", "react-dom", "react-hook-form", "@hookform/resolvers");
  const script = `
    import { createRoot } from "react-dom/client";
    import { CallForm } from "./form.jsx";
    const call = { call: { call_id: "0866", transcript: "bot: Hi." } };
    createRoot(document.querySelector("main")).render(<CallForm call={call} onSave={(saved) => (window.saved = saved)} />);
  `;
  write(folder, "page.jsx", script);
  await build({ entryPoints: [join(folder, "page.jsx")], bundle: true, jsx: "automatic", format: "esm", outfile: join(folder, "dist", "page.js"), define: { "process.env.NODE_ENV": '"production"' }, logLevel: "warning" });
  const page = await shown(folder, "<main></main>", "/page.js");
  await page.fill("input", "");
  await page.click("button");
  assert.match(await page.textContent("[role=alert]"), /blank/);
  assert.equal(await page.evaluate(() => window.saved), undefined);
  await page.fill("input", "0867");
  await page.fill("textarea", "bot: Good morning.");
  await page.click("button");
  await page.waitForFunction(() => window.saved);
  assert.deepEqual(await page.evaluate(() => window.saved), { call: { call_id: "0867", transcript: "bot: Good morning." } });
  assert.equal(await page.locator("[role=alert]").count(), 0);
  await page.close();
});

test("the route takes signed bytes, refuses others, and previews JSON", () => {
  const use = `
    import { createHmac } from "node:crypto";
    import app from "./routes.mjs";
    const sign = (id) => createHmac("sha256", "your-secret-key").update(id).digest("base64");
    const post = async (path, body, headers) => {
      const answer = await app.request(path, { method: "POST", body, headers });
      const json = await answer.json();
      console.log(answer.status, Object.keys(json).join(), json.headline ?? json.transcript ?? "");
    };
    const body = '{"status":"completed","call":{"call_id":"0866","status":"completed","duration":5,"transcript":"bot: Hi."}}';
    await post("/webhook", body, { "Synthflow-Signature": sign("0866") });
    await post("/webhook", body, { "Synthflow-Signature": sign("0867") });
    await post("/webhook", body, {});
    await post("/webhook", body.replace('"0866"', '"0866","call_id":"0867"'), { "Synthflow-Signature": sign("0867") });
    const json = { "content-type": "application/json" };
    await post("/preview", body, json);
    await post("/preview", '{"call":{}}', json);
  `;
  const folder = project(["routes.mjs"], "hono", "@hono/standard-validator");
  write(folder, "use.mjs", use);
  const lines = run(folder, "use.mjs").trim().split("\n");
  assert.match(lines[0], /^200 headline Connected for 5 s/);
  assert.deepEqual(lines.slice(1, 3), ["401 error ", "401 error "]);
  assert.equal(lines[3], "422 issues ");
  assert.equal(lines[4], "200 transcript bot: Hi.");
  assert.match(lines[5], /^400 /);
});

test("the procedure answers a payload and refuses what is none", () => {
  const folder = project(["procedures.mjs"], "@trpc/server");
  const use = `
    import { router } from "./procedures.mjs";
    const caller = router.createCaller({});
    console.log(await caller.headline({ call: { call_id: "0866", status: "completed", duration: 5 } }));
    await caller.headline({ call: { call_id: 7 } }).catch(({ code, cause }) => console.log(code, cause.issues[0].path.join(".")));
  `;
  write(folder, "use.mjs", use);
  const lines = run(folder, "use.mjs").trim().split("\n");
  assert.match(lines[0], /^Connected for 5 s/);
  assert.equal(lines[1], "BAD_REQUEST call.call_id");
});

test("the script shows its progress, the lines that fail, and the counts", () => {
  const folder = project(["summarise.mjs"]);
  const line = (status) => `${JSON.stringify({ call: { call_id: "1", status } })}\n`;
  write(folder, "calls.ndjson", line("completed").repeat(3000) + '{"call":{"call_id":7}}\n' + line("busy").repeat(2));
  const { status, stdout, stderr } = spawnSync(process.execPath, ["summarise.mjs", "calls.ndjson"], { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, "line 3001\n✖ `call_id` must be a string, not a number\n  → at call.call_id (1:20)\nconnected: 3000\nnot_reached: 2\n");
  const shown = stderr.trimEnd().split("\r").slice(1);
  assert.ok(shown.length > 1, stderr);
  assert.equal(shown.at(-1), `${"█".repeat(20)} 3003 lines`);
});

test("the page shows the progress of its worker and a headline for each line, and stops when told to", async () => {
  const folder = project(["worker.js", "page.js"]);
  await bundle("Vite", folder, "page.js");
  const body = '<input id="file" type="file"><button id="stop">Stop</button><progress value="0"></progress><pre id="calls"></pre>';
  const page = await shown(folder, body, "/page.js");
  const line = '{"call":{"call_id":"1","status":"completed","duration":5}}\n';
  const file = (lines) => ({ name: "calls.ndjson", mimeType: "application/x-ndjson", buffer: Buffer.from(`${line.repeat(lines)}[]\n`) });
  await page.setInputFiles("#file", file(2000));
  await page.waitForFunction(() => document.querySelector("progress").value === 1);
  const lines = (await page.textContent("#calls")).trim().split("\n");
  assert.equal(lines.length, 2001);
  assert.match(lines[0], /^1 Connected for 5 s/);
  assert.equal(lines.at(-1), "2001 cannot be used");
  const stopped = page.waitForEvent("pageerror");
  await page.setInputFiles("#file", file(200_000));
  await page.waitForFunction(() => document.querySelector("#calls").textContent.includes("\n1 Connected", 10));
  await page.click("#stop");
  assert.equal((await stopped).name, "AbortError");
  assert.ok((await page.textContent("#calls")).split("\n").length < 200_000);
  await page.close();
});
