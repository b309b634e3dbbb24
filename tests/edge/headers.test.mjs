// The headers of every answer: each route of the table with each method, with and without a credential, from the own
// page, from one that the settings name, and from a stranger's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertWellBehaved, reader, send } from "./client.mjs";
import { startWorker } from "./worker.mjs";

const NAMED = "https://named.example";
const METHODS = ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"];

let worker;
before(async () => (worker = await startWorker({ vars: { ALLOWED_ORIGINS: NAMED } })));
after(() => worker?.stop());

/** The routes as the code documents them, each with the `Allow` that it answers. */
async function table() {
  const source = readFileSync(new URL("../../src/edge/route.rs", import.meta.url), "utf8");
  const variants = /pub\(crate\) enum Route[^]*?\n}/.exec(source)[0];
  const paths = [...variants.matchAll(/`(\/[^`]*)`/g)].map(([, template]) => template.replace(/\{\w+\}/g, "some-id"));
  assert.ok(paths.length >= 14, paths.join());
  return Promise.all(
    paths.map(async (path) => {
      const { status, headers } = await send(worker, "OPTIONS", path);
      assert.equal(status, 204, path);
      return { path, allow: headers.allow.split(", ") };
    }),
  );
}

test("every answer of every route is uncached, unsniffed, unframed, and readable for the origins that are named alone", async () => {
  const routes = [...(await table()), { path: "/nowhere", allow: [] }];
  for (const { path, allow } of routes) {
    for (const method of METHODS) {
      for (const origin of [undefined, NAMED, "https://stranger.example", "null"]) {
        for (const credentials of [{}, reader]) {
          const about = `${method} ${path} from ${origin}`;
          const headers = { ...credentials, ...(origin && { origin }) };
          const answer = await send(worker, method, path, { headers });
          assertWellBehaved(answer);
          assert.match(answer.headers["content-security-policy"], /frame-ancestors 'none'/, about);
          assert.equal(answer.headers["set-cookie"], undefined, about);
          assert.equal(answer.headers.location, undefined, about);
          const letIn = origin === NAMED && allow.length > 0 && !path.startsWith("/webhook");
          assert.equal(answer.headers["access-control-allow-origin"], letIn ? NAMED : undefined, about);
          assert.equal(answer.headers["access-control-allow-credentials"], undefined, about);
          if (letIn) assert.equal(answer.headers["access-control-allow-methods"], allow.join(", "), about);
          if (allow.length === 0) assert.equal(answer.status, 404, about);
          else assert.equal(answer.status === 405, !allow.includes(method), about);
          if (answer.status === 405) assert.equal(answer.headers.allow, allow.join(", "), about);
          if (answer.status === 401) assert.equal(answer.headers["www-authenticate"], "Bearer", about);
          if (method === "HEAD") assert.equal(answer.bytes.length, 0, about);
        }
      }
    }
  }
});
