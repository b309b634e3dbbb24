// Step, for tests only: a Chromium to try the page in.

import { Failure } from "./failure.mjs";
import { complaint, executable, run, which } from "./process.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The browser to use: $CHROMIUM where it is set, else the system's; null where there is none. */
export function findChromium(env = process.env) {
  if (env.CHROMIUM) return executable(env.CHROMIUM) ? env.CHROMIUM : null;
  return NAMES.map((name) => which(name, env.PATH)).find((path) => path !== null) ?? null;
}

export const chromium = {
  name: "Chromium",
  doing: "installing with apt-get, about 1 min",

  check: ({ env }) => findChromium(env) !== null,

  async work({ env, log, detail }) {
    if (env.CHROMIUM) {
      throw new Failure({
        what: `CHROMIUM names ${env.CHROMIUM}, which is no program`,
        advice: "Set it to the path of a Chromium or Chrome, or leave it out.",
      });
    }
    const advice =
      "The page is tested in it. Install it (Debian: sudo apt-get install chromium), or name one that is elsewhere by " +
      "CHROMIUM=/path/to/chrome, then run the same command again. Everything but the page's tests: npm test -- rust js edge.";
    if (process.getuid?.() !== 0 || which("apt-get", env.PATH) === null) {
      throw new Failure({ what: "Chromium is missing, and installing it takes apt-get and root", advice });
    }
    const quiet = { ...env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = (...args) =>
      run("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=600", ...args], { env: quiet, log, onLine: detail });
    const install = ["install", "-y", "--no-install-recommends", "chromium"];
    await apt("update"); // a failure shows in the next command, which may well do without
    const { code, lines } = await apt(...install);
    if (code === 0 && findChromium(env) !== null) return "installed";
    throw new Failure({
      what: "Chromium could not be installed",
      command: `apt-get ${install.join(" ")}`,
      said: complaint(lines),
      log,
      advice,
    });
  },
};
