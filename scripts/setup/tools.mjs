// Step: the command-line tool that is built from source, into target/tools.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { environments } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { TOOLS, wasmBindgenVersion } from "./places.mjs";
import { complaint, executable, run } from "./process.mjs";
import { remembered } from "./rust.mjs";

// A third of the time to build them, and they run as fast as anyone needs: what they write is the same.
const QUICK = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
};

const SHARED = join(TOOLS, "build");

/** Whether cargo's own list of what it installed names the crate in that version. */
export const listed = (list, crate, version) => list.includes(`"${crate} ${version} (`);

function tool(crate, version, binary, flags) {
  const path = join(TOOLS, "bin", binary);
  return {
    name: `${binary} ${version}`,
    doing: "building, 2 to 4 min",

    check() {
      const list = join(TOOLS, ".crates.toml");
      return executable(path) && existsSync(list) && listed(readFileSync(list, "utf8"), crate, version);
    },

    async work({ env, log, detail }) {
      const inside = { ...environments(remembered(), env).native, ...QUICK };
      delete inside.CARGO_TARGET_DIR;
      const args = ["install", `${crate}@${version}`, ...flags, "--root", TOOLS, "--target-dir", SHARED, "--force"];
      const { code, lines } = await run("cargo", args, { env: inside, log, onLine: detail });
      if (code !== 0) {
        throw new Failure({
          what: `${crate} ${version} could not be built`,
          command: `cargo ${args.join(" ")}`,
          said: complaint(lines),
          log,
          advice:
            "Check that the crate registry can be reached, that a C linker (cc) is installed and that 2 GB of disk are " +
            "free, then run the same command again: what has been compiled is kept.",
        });
      }
      return "built";
    },
  };
}

// Without --locked: the lock file inside this crate names a version that registries have withdrawn.
export const wasmBindgen = tool("wasm-bindgen-cli", wasmBindgenVersion(), "wasm-bindgen", ["--no-default-features"]);

/** Gives back the disk that the tool took while it was built. */
export function clearShared() {
  rmSync(SHARED, { recursive: true, force: true });
}
