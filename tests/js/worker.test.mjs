// The package in a Web Worker that a page creates: bundled, by hand, and in the runtimes that have such workers.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bundle } from "./bundlers.mjs";
import { BUN, DENO, host, install, write } from "./installed.mjs";
import { openBrowser, page, POLICY } from "./pages.mjs";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser?.close());

/** A page's policy with workers of its own. */
const WITH_WORKERS = `${POLICY}; worker-src 'self'`;

/**
 * What a page asks of its worker, and what comes of it. `makeWorker()` gives a worker; the sentences that are given back
 * say what was not as it should be. Runs in pages and in runtimes.
 */
const EXERCISE = `
  import { connect, PostCallError } from "postcall/client";

  export async function exercise(makeWorker) {
    const found = [];
    const expect = (holds, sentence) => void (holds || found.push(sentence));
    const fails = async (promise, holds, sentence) => promise.then(() => found.push(sentence + ": no error"), (error) => expect(holds(error), sentence + ": " + error));
    const call = (id, more) => JSON.stringify({ call: { call_id: id, status: "completed", ...more } });
    const lines = (count) => new TextEncoder().encode(Array.from({ length: count }, (_, at) => (at === 3 ? "[]" : at === 5 ? "" : call("call-" + (at + 1)))).join("\\n"));

    const worker = makeWorker();
    for (const other of ["hello", null, 7, { type: "of the app's own" }]) worker.postMessage(other);
    const remote = connect(worker);
    const { valid, issues } = await remote.validate(new TextEncoder().encode(call("1", { duration: "113" })));
    expect(valid && issues.some(({ code }) => code === "loose_type"), "validate");
    expect((await remote.validate(call("1", { duration: "113" }), { strict: true })).valid === false, "options");
    expect((await remote.parse({ call: { call_id: "1" } })).call.call_id === "1", "parse");
    expect((await remote.summarize(call("1"))).call_id === "1", "summarize");
    expect((await remote.safeParse("{")).success === false && (await remote.safeSummarize(call("1"))).success, "safe");
    expect((await remote.parseTranscript("bot: Hi."))[0].speaker === "bot", "parseTranscript");
    await fails(remote.summarize("[]"), (error) => error instanceof PostCallError && error.issues[0].code === "invalid_type", "a bad payload");
    await fails(remote.validate(7), (error) => error instanceof TypeError && /got Number; pass/.test(error.message), "misuse");
    expect((await remote.validate({ call: { call_id: "1", more: () => 0 } })).valid, "what is not written as JSON");
    const side = await Promise.all(Array.from({ length: 50 }, (_, at) => remote.summarize(call("id " + at))));
    expect(side.every(({ call_id }, at) => call_id === "id " + at), "calls side by side");

    const read = async (source, options) => {
      const results = [];
      for await (const result of remote.summarizeLines(source, options)) results.push(result);
      return results;
    };
    const told = [];
    const whole = lines(3000);
    const results = await read(whole, { onProgress: (progress) => told.push(progress) });
    expect(results.length === 2999 && results.filter(({ success }) => !success).length === 1, results.length + " results");
    expect(results.every(({ line }, at) => line === (at < 5 ? at + 1 : at + 2)), "the lines' numbers");
    expect(results[0].success && results[0].summary.call_id === "call-1", "the first summary");
    expect(told.length > 1 && told.at(-1).lines === 3000 && told.at(-1).bytes === whole.length, "progress: " + JSON.stringify(told));
    expect(told.every(({ bytes }, at) => at === 0 || bytes >= told[at - 1].bytes), "progress goes back");
    expect(JSON.stringify(await read(new Blob([whole]))) === JSON.stringify(results), "lines of a Blob");
    expect((await read(new Uint8Array())).length === 0, "no lines");
    expect((await read(lines(1), { max_bytes: 3 }))[0].issues[0].code === "too_large", "options of lines");

    const reason = new Error("enough");
    const stop = new AbortController();
    let seen = 0;
    const reading = async () => {
      for await (const { line } of remote.summarizeLines(lines(5000), { signal: stop.signal })) {
        seen++;
        if (line === 700) stop.abort(reason);
      }
    };
    await fails(reading(), (error) => error === reason, "an abort");
    expect(seen < 800, "after an abort there were " + seen + " results");
    await fails(read(lines(9), { signal: AbortSignal.abort(reason) }), (error) => error === reason, "an aborted signal");
    for await (const { line } of remote.summarizeLines(lines(5000))) if (line === 2) break;
    await fails(read(lines(9), { onProgress() { throw reason; } }), (error) => error === reason, "onProgress that throws");
    await fails(read("text"), (error) => error instanceof TypeError && /pass a Blob/.test(error.message), "lines that are none");
    await fails(read(lines(9), { max_bytes: -1 }), (error) => error instanceof TypeError && /max_bytes/.test(error.message), "options that are none");
    const [one, two] = await Promise.all([read(lines(600)), read(lines(900))]);
    expect(one.length === 599 && two.length === 899, "readers side by side");
    expect((await remote.validate(call("1"))).valid, "the worker is usable after all that");
    try {
      connect("worker.js");
      found.push("an address is taken for a worker");
    } catch (error) {
      expect(error instanceof TypeError && /new Worker/.test(error.message), "an address: " + error);
    }
    worker.terminate();
    return found;
  }
`;

/** The app's own worker, of one line. */
const WORKER = 'import "postcall/worker";\n';
const CREATED = 'new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" })';
const PAGE = `import { exercise } from "./exercise.mjs"; exercise(() => ${CREATED}).then((found) => (window.result = found), (error) => (window.result = [String(error)]));`;

function project() {
  const { folder } = install();
  write(folder, "exercise.mjs", EXERCISE);
  write(folder, "worker.mjs", WORKER);
  write(folder, "page.mjs", PAGE);
  return folder;
}

for (const bundler of ["Vite", "webpack"]) {
  test(`a page and its worker, bundled by ${bundler}, talk as they should in Chromium`, async () => {
    const folder = project();
    await bundle(bundler, folder, "page.mjs");
    write(folder, "dist/page.html", page("/page.js"));
    browser.serve([join(folder, "dist")], WITH_WORKERS);
    assert.deepEqual(await browser.resultOf("page.html"), []);
  });
}

test("a page and its worker, served by Vite while they are written, talk as they should in Chromium", async () => {
  const folder = project();
  write(folder, "index.html", page("/page.mjs"));
  const { createServer } = await host("vite");
  const server = await createServer({ root: folder, configFile: false, logLevel: "error", server: { host: "127.0.0.1", port: 0, hmr: false } });
  try {
    await server.listen();
    assert.deepEqual(await browser.resultOf(server.resolvedUrls.local[0]), []);
  } finally {
    await server.close();
  }
});

test("a plain page and the package's own file as its worker talk as they should in Chromium", async () => {
  const folder = project();
  const own = 'new Worker("/node_modules/postcall/dist/esm/worker.js", { type: "module" })';
  write(folder, "page.mjs", PAGE.replace(CREATED, own));
  const map = { imports: { "postcall/client": "/node_modules/postcall/dist/esm/client.js" } };
  write(folder, "page.html", page("/page.mjs", `<script type="importmap">${JSON.stringify(map)}</script>`));
  browser.serve([folder], WITH_WORKERS.replace("'self'", "'self' 'unsafe-inline'"));
  assert.deepEqual(await browser.resultOf("page.html"), []);
});

test("a stream of the page's is handed over to its worker", async () => {
  const folder = project();
  const script = `
    import { connect } from "postcall/client";
    const remote = connect(${CREATED});
    const text = '{"call":{"call_id":"1"}}\\n'.repeat(1000);
    (async () => {
      let count = 0;
      for await (const { success } of remote.summarizeLines(new Blob([text]).stream())) count += success;
      window.result = count;
    })();
  `;
  write(folder, "page.mjs", script);
  await bundle("Vite", folder, "page.mjs");
  write(folder, "dist/page.html", page("/page.js"));
  browser.serve([join(folder, "dist")], WITH_WORKERS);
  assert.equal(await browser.resultOf("page.html"), 1000);
});

test("a worker that says other things, or nothing, holds up nobody who has asked to stop", async () => {
  const folder = project();
  const script = `
    import { connect } from "postcall/client";
    const remote = connect(new Worker("/silent.js", { type: "module" }));
    const stop = new AbortController();
    const next = remote.summarizeLines(new Uint8Array(9), { signal: stop.signal }).next();
    setTimeout(() => stop.abort("enough"), 50);
    next.catch((reason) => (window.result = reason));
  `;
  write(folder, "page.mjs", script);
  write(folder, "dist/silent.js", 'for (const other of [null, 7, "hello", {}, { id: 1 }, { postcall: "1", value: 1 }]) postMessage(other);');
  await bundle("esbuild", folder, "page.mjs");
  write(folder, "dist/page.html", page("/page.js"));
  browser.serve([join(folder, "dist")], WITH_WORKERS);
  assert.equal(await browser.resultOf("page.html"), "enough");
});

test("where the worker cannot be started, every call fails and says why", async () => {
  const folder = project();
  const script = `
    import { connect } from "postcall/client";
    const remote = connect(new Worker("/no-such-worker.js", { type: "module" }));
    const said = (promise) => promise.then(() => "no error", (error) => error.message);
    Promise.all([said(remote.validate("{}")), said(remote.summarizeLines(new Uint8Array()).next())])
      .then(async (first) => (window.result = [...first, await said(remote.validate("{}"))]));
  `;
  write(folder, "page.mjs", script);
  await bundle("esbuild", folder, "page.mjs");
  write(folder, "dist/page.html", page("/page.js"));
  browser.serve([join(folder, "dist")], WITH_WORKERS);
  const result = await browser.resultOf("page.html");
  assert.equal(result.length, 3);
  for (const message of result) assert.match(message, /^postcall: the worker failed.*must be postcall\/worker/);
});

for (const [name, program, ...args] of [
  ["Deno", DENO, "run", "--no-remote", "--cached-only", "--allow-read"],
  ["Bun", BUN, "run"],
]) {
  test(`a program and its worker talk as they should in ${name}`, () => {
    const folder = project();
    write(folder, "main.mjs", `import { exercise } from "./exercise.mjs"; console.log(JSON.stringify(await exercise(() => ${CREATED})));`);
    const { status, stdout, stderr } = spawnSync(program, [...args, "main.mjs"], { cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } });
    assert.equal(status, 0, stdout + stderr);
    assert.deepEqual(JSON.parse(stdout), []);
  });
}
