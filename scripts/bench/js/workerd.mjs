// The bundles in workerd, where nothing makes code of text. Its clock, as it is started here, goes on within a request, in
// whole milliseconds.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import { PEERS } from "../../../bench/js/names.mjs";
import { at } from "../../setup/places.mjs";

export const settings = { burst: 5, warm_up: 150, rounds: 41 };

const WORKER = `
import { prepare } from "./main.js";
import module from "./postcall.wasm";
let bench;
export default {
  async fetch(request) {
    try {
      const { settings, cell } = await request.json();
      bench ??= await prepare(module, settings);
      const { way, compared, notes } = bench;
      return Response.json(cell ? await bench.measure(cell) : { way, compared, notes });
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};`;

export async function open(folder) {
  const script = (name, contents = readFileSync(join(folder, name), "utf8")) => ({ type: "ESModule", path: join(folder, name), contents });
  const binary = { type: "CompiledWasm", path: join(folder, "postcall.wasm"), contents: readFileSync(at("pkg", "dist", "postcall.wasm")) };
  const { compatibility_date } = readConfig({ config: at("wrangler.toml") }, { hideWarnings: true });
  const miniflare = new Miniflare(convertV4MiniflareOptions({
    cf: false,
    log: new Log(LogLevel.NONE),
    workers: [{
      name: "bench",
      compatibilityDate: compatibility_date,
      modulesRoot: folder,
      modules: [script("worker.js", WORKER), script("main.js"), ...PEERS.map((name) => script(`side-${name}.js`)), binary],
    }],
  }));
  const ask = async (cell) => {
    const answer = await miniflare.dispatchFetch("http://bench/", { method: "POST", body: JSON.stringify({ settings, cell }) });
    if (answer.status !== 200) throw new Error(await answer.text());
    return answer.json();
  };
  const { version } = createRequire(createRequire(import.meta.url).resolve("miniflare"))("workerd/package.json");
  return { version: `workerd ${version}`, ...(await ask()), measure: ask, close: () => miniflare.dispose() };
}
