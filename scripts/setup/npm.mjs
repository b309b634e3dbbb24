// Step: the npm packages of package-lock.json.

import { existsSync, readFileSync } from "node:fs";
import { delimiter } from "node:path";
import { Failure } from "./failure.mjs";
import { at, BIN } from "./places.mjs";
import { complaint, run } from "./process.mjs";

const read = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null);

/** Whether what npm wrote down about node_modules is what the lock file asks for. */
export function installed(wanted, found, present = (path) => existsSync(at(path))) {
  if (wanted === null || found === null) return false;
  const differs = ([path, entry]) => {
    const ours = wanted.packages[path];
    return ours === undefined || ours.version !== entry.version || ours.integrity !== entry.integrity;
  };
  if (Object.entries(found.packages).some(differs)) return false;
  // An optional package may be missing: most of them are another system's.
  const needed = ([path, entry]) => path.startsWith("node_modules/") && !entry.optional;
  return Object.entries(wanted.packages)
    .filter(needed)
    .every(([path]) => found.packages[path] !== undefined && present(path));
}

// `npm ci` empties node_modules, and with it the Node of this project: npm and its scripts run on the system's own.
function systemOnly(env) {
  const path = (env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...env, PATH: path.join(delimiter) };
}

export const npmPackages = {
  name: "npm packages",
  doing: "installing, about 1 min",

  check: () =>
    installed(read(at("package-lock.json")), read(at("node_modules", ".package-lock.json"))) && existsSync(BIN),

  async work({ env, log, detail }) {
    const args = ["ci", "--no-audit", "--no-fund", "--include=dev", "--include=optional"];
    const { code, lines } = await run("npm", args, { env: systemOnly(env), log, onLine: detail });
    if (code !== 0) {
      throw new Failure({
        what: "The npm packages could not be installed",
        command: `npm ${args.join(" ")}`,
        said: complaint(lines),
        log,
        advice:
          "Check that the npm registry can be reached (npm ping) and that the disk is not full, then run the same command again.",
      });
    }
    return "installed";
  },
};
