// What is built, from what, by which commands.
//
//   src ─ glue (wasm + bindings) ─ package (pkg/dist) ─ pages (www/dist)
//   src ─ worker (build)
//
// The two doors of the crate are two builds that share no folder, so that they run side by side.

import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { at, BIN, TOOLS, wasmBindgenVersion, WORKER_BUILD } from "../setup/places.mjs";
import { remembered } from "../setup/rust.mjs";

const CRATE = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo"].map((name) => at(name));
const NPM = [at("package-lock.json"), at("tsconfig.base.json")];

/** The crate's sources but for the other door: that one is not compiled. */
function sources(otherDoor) {
  return readdirSync(at("src"))
    .filter((name) => name !== otherDoor)
    .map((name) => at("src", name));
}

export const glue = {
  id: "glue",
  name: "core as WebAssembly for the package",
  after: [],
  get settings() {
    return [wasmBindgenVersion(), remembered().wasm.version];
  },
  get inputs() {
    return [...CRATE, ...sources("edge"), at("scripts", "build", "steps.mjs")];
  },
  outputs: [at("target", "js-glue")],

  async work(tell, { wasm }) {
    const target = at("target", "wasm-js");
    // A twentieth slower than level 3, and a tenth smaller.
    const env = { ...wasm, CARGO_PROFILE_RELEASE_OPT_LEVEL: "2" };
    const features = ["--no-default-features", "--features", "js"];
    await tell(
      "cargo",
      ["build", "--release", "--target", "wasm32-unknown-unknown", ...features, "--target-dir", target],
      env,
    );
    const out = at("target", "js-glue");
    rmSync(out, { recursive: true, force: true });
    const made = join(target, "wasm32-unknown-unknown", "release", "postcall.wasm");
    await tell(
      join(TOOLS, "bin", "wasm-bindgen"),
      [made, "--target", "bundler", "--out-dir", out, "--out-name", "postcall"],
      wasm,
    );
    const module = join(out, "postcall_bg.wasm");
    await tell(join(BIN, "wasm-opt"), ["-O3", "--converge", "--strip-debug", "--strip-producers", module, "-o", module], wasm);
  },
};

export const pack = {
  id: "package",
  name: "package",
  after: [glue],
  inputs: [at("target", "js-glue"), at("pkg"), ...NPM],
  outputs: [at("pkg", "dist")],
  work: (tell, { node }) => tell("npm", ["run", "build", "-w", "pkg"], node),
};

export const pages = {
  id: "pages",
  name: "pages",
  after: [pack],
  inputs: [at("pkg", "package.json"), at("pkg", "dist"), at("www"), ...NPM],
  outputs: [at("www", "dist")],
  work: (tell, { node }) => tell("npm", ["run", "build", "-w", "www"], node),
};

// A panic that unwinds ends its own request; one that does not ends the instance and all that it is serving. The standard
// library comes ready-made without unwinding, so it is compiled along, by means that the compiler does not call stable:
// it is the pinned one, and so are they. Compiled along, it can be had for size, and without the text of values that only
// messages of panics show, which are told to nobody. The flags join those of .cargo/config.toml.
const FLAGS = 'target.wasm32-unknown-unknown.rustflags=["-Cpanic=unwind", "-Zfmt-debug=none"]';
const UNWINDING = {
  args: ["-Z", "build-std=std,panic_unwind", "-Z", "build-std-features=optimize_for_size", "--config", FLAGS],
  env: { RUSTC_BOOTSTRAP: "1", CARGO_PROFILE_RELEASE_PANIC: "unwind" },
};

export const worker = {
  id: "worker",
  name: "Worker",
  after: [],
  get settings() {
    const { version, source } = remembered().wasm;
    return [WORKER_BUILD, wasmBindgenVersion(), version, source];
  },
  get inputs() {
    const served = at("pkg", "src", "schema.json");
    return [...CRATE, ...sources("js"), served, at("scripts", "build", "steps.mjs"), at("scripts", "setup", "environment.mjs")];
  },
  outputs: [at("build")],

  async work(tell, { wasm }) {
    mkdirSync(at("target", "wasm-edge"), { recursive: true });
    const { args, env: more } = remembered().wasm.source ? UNWINDING : { args: [], env: {} };
    // For size: a request waits for the storage, not for the code, and what is uploaded is compiled before the first one.
    const size = { CARGO_PROFILE_RELEASE_OPT_LEVEL: "s" };
    const env = { ...wasm, ...more, ...size, CARGO_TARGET_DIR: at("target", "wasm-edge") };
    const door = ["--release", "--no-default-features", "--features", "edge"];
    await tell(join(TOOLS, "bin", "worker-build"), [...door, ...args], env);
    // worker-build keeps the names of functions, a tenth of what is uploaded and started.
    const module = at("build", "index_bg.wasm");
    await tell(join(BIN, "wasm-opt"), ["-O1", "--strip-debug", "--strip-producers", module, "-o", module], wasm);
  },
};

/** What can be asked for on the command line, and the steps that it takes. */
export const GOALS = {
  package: [glue, pack],
  pages: [glue, pack, pages],
  worker: [worker],
  all: [glue, worker, pack, pages],
};
