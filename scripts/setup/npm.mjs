// Steps: the npm packages of the lock files.

import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Failure } from "./failure.mjs";
import { at } from "./places.mjs";
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

function packages({ name, doing, folder = [], more = [] }) {
  const lock = (...path) => read(at(...folder, ...path));
  const present = (path) => existsSync(at(...folder, path));
  return {
    name,
    doing,

    check: () =>
      installed(lock("package-lock.json"), lock("node_modules", ".package-lock.json"), present) &&
      present(join("node_modules", ".bin")),

    async work({ env, log, detail }) {
      const args = ["ci", "--no-audit", "--no-fund", "--include=dev", "--include=optional", ...more];
      const { code, lines } = await run("npm", args, { cwd: at(...folder), env: systemOnly(env), log, onLine: detail });
      if (code !== 0) {
        throw new Failure({
          what: `The ${name} could not be installed`,
          command: ["npm", ...args].join(" "),
          said: complaint(lines),
          log,
          advice:
            "Check that the npm registry can be reached (npm ping) and that the disk is not full, then run the same command again.",
        });
      }
      return "installed";
    },
  };
}

export const npmPackages = packages({ name: "npm packages", doing: "installing, about 1 min" });

/** What the package is tried in. Their binaries come as packages, so that no script has to fetch one. */
export const hosts = packages({
  name: "bundlers and runtimes to try the package in",
  doing: "installing, about 1 min",
  folder: ["tests", "js", "hosts"],
  more: ["--ignore-scripts"],
});

/** The validators that the package is compared with. */
export const peers = packages({
  name: "validators to compare the package with",
  doing: "installing, about 1 min",
  folder: ["bench", "js"],
  more: ["--ignore-scripts"],
});
