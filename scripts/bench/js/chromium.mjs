// The bundles in a page in Chromium, isolated from other origins: its clock is then one of microseconds.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { launch } from "../../../tests/www/browser.mjs";
import { at } from "../../setup/places.mjs";

export const settings = { burst: 2, warm_up: 150, rounds: 51 };

const PAGE = "<!doctype html><meta charset=utf-8><title>bench</title><link rel=icon href=data:,>";

function serve(folder) {
  const answer = (path) => {
    if (path === "/") return ["text/html", PAGE];
    if (path.endsWith(".wasm")) return ["application/wasm", readFileSync(at("pkg", "dist", "postcall.wasm"))];
    return ["text/javascript", readFileSync(join(folder, basename(path)))];
  };
  const server = createServer(({ url }, response) => {
    const [type, body] = answer(url);
    const isolated = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    response.writeHead(200, { "content-type": type, ...isolated }).end(body);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

export async function open(folder) {
  const server = await serve(folder);
  const browser = await launch();
  const close = async () => {
    await browser.close();
    server.close();
  };
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const found = await page.evaluate(async (given) => {
      if (!crossOriginIsolated) throw new Error("the page is not isolated");
      const { prepare } = await import("/main.js");
      globalThis.bench = await prepare(await WebAssembly.compileStreaming(fetch("/postcall.wasm")), given);
      const { way, compared, notes } = globalThis.bench;
      return { way, compared, notes };
    }, settings);
    const measure = (cell) => page.evaluate((asked) => globalThis.bench.measure(asked), cell);
    return { version: `Chromium ${browser.version()}`, ...found, measure, close };
  } catch (error) {
    await close();
    throw error;
  }
}
