// The built pages, served from a bare file server under the headers that www/public/_headers sets when deployed.

import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const ROOT = new URL("../../", import.meta.url).pathname;
const DIST = join(ROOT, "www/dist");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Serves www/dist; `routes` answers paths that are no file: `{ "/api/calls": (request) => ({ status, body }) }`, a text as it is. */
export async function serve(routes = {}) {
  if (!existsSync(join(DIST, "index.html"))) throw new Error(`${DIST} is not built: run \`npm run build\``);
  const rules = headerRules(readFileSync(join(DIST, "_headers"), "utf8"));
  const seen = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://pages");
    seen.push(pathname);
    const route = Object.entries(routes).find(([start]) => pathname.startsWith(start));
    if (route) {
      const { status, body } = route[1](request);
      const type = status < 400 ? "application/json" : "application/problem+json";
      response.writeHead(status, { "content-type": type }).end(typeof body === "string" ? body : JSON.stringify(body));
      return;
    }
    const path = normalize(pathname === "/" ? "/index.html" : pathname);
    const file = join(DIST, path);
    if (path === "/_headers" || !file.startsWith(DIST) || !existsSync(file)) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
      return;
    }
    for (const { matches, headers } of rules) if (matches(pathname)) for (const pair of headers) response.setHeader(...pair);
    response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** The paths asked for so far. */
    seen,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}

/** The rules of a `_headers` file: an address pattern on a line of its own, its headers indented below. */
function headerRules(text) {
  const rules = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    if (/^\s/.test(line)) {
      const colon = line.indexOf(":");
      rules.at(-1).headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
    } else {
      const start = line.trim().replace(/\*$/, "");
      rules.push({ matches: (path) => path.startsWith(start), headers: [] });
    }
  }
  return rules;
}
