// npm run size: how large what we ship is, beside the bounds that a test holds it to.

import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { build } from "./build.mjs";
import { giveUp } from "./setup/failure.mjs";
import { at } from "./setup/places.mjs";
import { setup } from "./setup.mjs";

/** Bounds in bytes of gzip; 1 KB is 1,000 bytes. */
export const BOUNDS = {
  "package wasm": 33_500,
  "page: validate": 38_000,
  "page: everything": 48_200,
  "slim: to read": 5_000,
  "slim: everything": 14_100,
  "Web Worker": 41_000,
  "Web Worker's client": 2_050,
  "Worker bundle": 200_000,
};

const inside = (folder, ...endings) =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true })
        .filter((name) => endings.some((ending) => name.endsWith(ending)))
        .map((name) => join(folder, name));

/** What a page downloads that imports this from the package, minified. */
function bundled(name, script) {
  const outfile = at("target", "size", `${name}.js`);
  const stdin = { contents: script, resolveDir: at("pkg", "dist", "esm") };
  buildSync({ stdin, outfile, bundle: true, minify: true, format: "esm", target: "es2022", logLevel: "warning" });
  return [outfile];
}

/** What is measured: each is the sum of its files, which travel one by one. */
export const SHIPPED = {
  "package wasm": () => [at("pkg", "dist", "postcall.wasm")],
  "page: validate": () => bundled("validate", 'export { validate } from "./inline.js";'),
  "page: everything": () => bundled("everything", 'export * from "./inline.js";'),
  "slim: to read": () => bundled("slim", 'export { init, parse, PostCallError, summarize, validate } from "./slim.js";'),
  "slim: everything": () => bundled("slim-everything", 'export * from "./slim.js";'),
  "Web Worker": () => bundled("worker", 'import "./worker.js";'),
  "Web Worker's client": () => bundled("client", 'export * from "./client.js";'),
  "Worker bundle": () => [at("build", "index.js"), ...inside(at("build"), ".wasm")],
  "page scripts": () => inside(at("www", "dist"), ".js"),
  "page styles": () => inside(at("www", "dist"), ".css"),
};

/** Raw, gzip and brotli bytes, each at its best level. */
export function measure(paths) {
  const sum = (size) => paths.reduce((total, path) => total + size(readFileSync(path)), 0);
  return {
    raw: sum((bytes) => bytes.length),
    gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
    brotli: sum((bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length),
  };
}

async function main() {
  await build("all", await setup());
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(10);
  console.log(
    `\n${"".padEnd(20)}${["raw", "gzip", "brotli", "gzip bound"].map((word) => word.padStart(10)).join(" ")}`,
  );
  for (const [name, paths] of Object.entries(SHIPPED)) {
    const { raw, gzip, brotli } = measure(paths());
    const bound = BOUNDS[name] ? kilobytes(BOUNDS[name]) : "";
    console.log(`${name.padEnd(20)}${[raw, gzip, brotli].map(kilobytes).join(" ")} ${bound}`);
    if (gzip > BOUNDS[name]) process.exitCode = 1;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main().catch(giveUp);
