// The package as its users get it: packed into a tarball, installed from that into a folder of its own.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const ROOT = join(import.meta.dirname, "..", "..");

const quiet = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };

/** The packed package: its tarball, and the names of the files in it. Gone when the test process ends. */
export const packed = once(() => {
  const folder = temporary();
  const said = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { ...quiet, cwd: join(ROOT, "pkg") });
  const [{ filename, files }] = JSON.parse(said.slice(said.indexOf("[")));
  return { tarball: join(folder, filename), files: files.map(({ path }) => path) };
});

/** Installs the packed package into a fresh project. The project's folder; gone when the test process ends. */
export function install() {
  const folder = temporary();
  const { tarball, files } = packed();
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  const options = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", ["install", ...options, tarball], { ...quiet, cwd: folder });
  return { folder, files };
}

function temporary() {
  const folder = mkdtempSync(join(tmpdir(), "postcall-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function once(work) {
  let done;
  return () => (done ??= work());
}

/** What the package is tried in: bundlers, runtimes, frameworks. They are not in the project's own node_modules. */
export const HOSTS = join(import.meta.dirname, "hosts", "node_modules");

export const BUN = join(HOSTS, "@oven", "bun-linux-x64", "bin", "bun");
export const DENO = join(HOSTS, "@deno", "linux-x64-glibc", "deno");

/** Imports one of them. */
export async function host(name) {
  return import(pathToFileURL(createRequire(join(HOSTS, "..", "package.json")).resolve(name)).href);
}

/** Lets a project use some of them under their names. */
export function link(folder, ...names) {
  for (const name of names) {
    const path = join(folder, "node_modules", name);
    mkdirSync(join(path, ".."), { recursive: true });
    symlinkSync(join(HOSTS, name), path);
  }
}

/** Writes a file of the project. Its path. */
export function write(folder, name, text) {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** The installed package, imported the way of a module. */
export async function imported(folder) {
  return import(write(folder, "module.mjs", 'export * from "postcall";\n'));
}

/** Every case of tests/cases: the payload's bytes, the report it must give, and the options. */
export function cases() {
  const root = join(ROOT, "tests", "cases");
  const read = (...path) => readFileSync(join(root, ...path));
  return readdirSync(root).map((name) => {
    const has = readdirSync(join(root, name)).includes("options.json");
    return {
      name,
      payload: new Uint8Array(read(name, "payload.json")),
      report: JSON.parse(read(name, "report.json")),
      options: has ? JSON.parse(read(name, "options.json")) : {},
    };
  });
}

/** The cases as JSON, for hosts that read no files. */
export function casesAsText() {
  return JSON.stringify(cases().map(({ payload, ...rest }) => ({ ...rest, payload: Buffer.from(payload).toString("base64") })));
}
