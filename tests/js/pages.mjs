// Pages in Chromium, served from folders under a policy of one's choice.

import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

/** What a page's policy must allow for the package, and no more. */
export const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json" };

/**
 * A browser with a server of its own. `resultOf(address)` opens a page and gives what its script left in
 * `window.result`; `serve(folders, policy)` says what is served, the first folder that has a file before the others.
 */
export async function openBrowser() {
  let folders = [];
  let policy = POLICY;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const place = folders.map((folder) => join(folder, pathname)).find((path) => existsSync(path) && statSync(path).isFile());
    if (!place) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(place)] ?? "application/octet-stream", "content-security-policy": policy });
    response.end(readFileSync(place));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

  return {
    serve(served, allowed = POLICY) {
      folders = served;
      policy = allowed;
    },
    async resultOf(address) {
      const page = await browser.newPage();
      try {
        const faults = [];
        page.on("pageerror", (error) => faults.push(error.message));
        await page.goto(new URL(address, `http://127.0.0.1:${server.address().port}/`).href);
        // A script that its host loads later leaves its result later.
        await page.waitForFunction(() => window.result !== undefined, null, { timeout: 30_000 }).catch((error) => {
          throw new Error(`${address} gave no result: ${faults.join("; ") || error.message}`);
        });
        const result = await page.evaluate(() => window.result);
        assert.deepEqual(faults, []);
        return result;
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** A page whose only content is a module. */
export const page = (script, head = "") => `<!doctype html><title>page</title>${head}<script type="module" src="${script}"></script>`;
