// The package as its users get it: packed into a tarball, installed from that into a folder of its own.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

const quiet = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };

/** Packs the package and installs it. The folder of the project that has it; gone when the test process ends. */
export function install() {
  const folder = mkdtempSync(join(tmpdir(), "postcall-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { ...quiet, cwd: join(ROOT, "pkg") });
  const [{ filename, files }] = JSON.parse(packed.slice(packed.indexOf("[")));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  const options = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", ["install", ...options, join(folder, filename)], { ...quiet, cwd: folder });
  return { folder, files: files.map(({ path }) => path) };
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
