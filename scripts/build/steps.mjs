// What is built, from what, by which commands.
//
//   src ─ glue (wasm + bindings) ─ package (pkg/dist) ─ pages (www/dist)
//   src ─ worker (build)
//
// The two doors of the crate are two builds that share no folder, so that they run side by side.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, BIN, TOOLS, wasmBindgenVersion } from "../setup/places.mjs";
import { remembered } from "../setup/rust.mjs";

const CRATE = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", ".cargo"].map((name) => at(name));
const NPM = [at("package-lock.json"), at("tsconfig.base.json")];

/** The crate's sources but for the other door: that one is not compiled. */
function sources(otherDoor) {
  return readdirSync(at("src"))
    .filter((name) => name !== otherDoor)
    .map((name) => at("src", name));
}

// The standard library comes ready-made with panics that write text and do not unwind. It is compiled along where another
// kind is wanted, by means that the compiler does not call stable: it is the pinned one, and so are they. Compiled along,
// it can be had for size. The flag joins those of .cargo/config.toml. Without its source it is taken as it comes.
function libraryWith(panic, codegen, env = {}) {
  if (!remembered().wasm.source) return { args: [], env: {} };
  const flags = `target.wasm32-unknown-unknown.rustflags=${JSON.stringify(codegen)}`;
  return {
    args: ["-Z", `build-std=std,${panic}`, "-Z", "build-std-features=optimize_for_size", "--config", flags],
    env: { RUSTC_BOOTSTRAP: "1", ...env },
  };
}

// The core does not panic. What stands in the library for the case is not worth a page's download. Nor does the module hold
// references to what is JavaScript's, for which wasm-bindgen would add a table and what fills it.
const aborting = () =>
  libraryWith("panic_abort", ["-Zunstable-options", "-Cpanic=immediate-abort", "-Ctarget-feature=-reference-types"]);

// A panic that unwinds ends its own request; one that does not ends the instance and all that it is serving.
const unwinding = () => libraryWith("panic_unwind", ["-Cpanic=unwind"], { CARGO_PROFILE_RELEASE_PANIC: "unwind" });

// Only where nothing but the module is made of the crate does cargo optimise it and all that it uses as one.
const MODULE = ["--lib", "--crate-type", "cdylib"];

// Addresses below 2^20, where a stack of less than a megabyte leaves room for the data, take a byte less each.
const COMPACT = "-Clink-arg=-zstack-size=983040";

// Functions of one caller stay functions: small ones, with few variables, compress better. So do values computed twice, which
// need no variable, blocks without a result, and data in one piece: the heads of many pieces weigh more than the zeros between
// them. Below the first kilobyte is nothing but the end of the stack. Here -O3 and -Oz are equally fast.
const TIDY = [
  "-Oz",
  "--converge",
  "--one-caller-inline-max-function-size=0",
  "--low-memory-unused",
  "--skip-pass=local-cse",
  "--skip-pass=simplify-locals",
  "--skip-pass=memory-packing",
  "--simplify-locals-nostructure",
];

// What engines and the package do not ask for. The only import that there may be is what fills the table of references,
// where the library came with them; names that begin with underscores are wasm-bindgen's own.
const BARE = ["--remove-imports", "--remove-exports=__*", "--strip-debug", "--strip-producers", "--strip-target-features"];

export const glue = {
  id: "glue",
  name: "core as WebAssembly for the package",
  after: [],
  get settings() {
    const { version, source } = remembered().wasm;
    return [wasmBindgenVersion(), version, source];
  },
  get inputs() {
    return [...CRATE, ...sources("edge"), at("scripts", "build", "steps.mjs")];
  },
  outputs: [at("target", "js-glue")],

  async work(tell, { wasm }) {
    const target = at("target", "wasm-js");
    // A few hundredths slower than level 2, and a twelfth smaller.
    const { args, env: more } = aborting();
    const env = { ...wasm, ...more, CARGO_PROFILE_RELEASE_OPT_LEVEL: "s" };
    const features = ["--no-default-features", "--features", "js"];
    await tell(
      "cargo",
      ["rustc", ...MODULE, "--release", "--target", "wasm32-unknown-unknown", ...features, "--target-dir", target, ...args, "--", COMPACT],
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
    const glued = join(out, "postcall_bg.wasm");
    await tell(join(BIN, "wasm-opt"), [...BARE, ...TIDY, glued, "-o", glued], wasm);
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

/**
 * The script beside the Worker's module, as Workers want it: they import a module compiled, without the word for it that
 * browsers want. And what the module calls in JavaScript catches errors where it stands: as it comes, each call makes a function
 * and an object of its arguments first, together some hundredths of the CPU of a request. What becomes of an error is as it was.
 */
function lean(script) {
  const guarded = /function\(\) \{ return wrapError\(function \(([^)]*)\) \{\n(.*?)\n {8}\}, arguments\); \}/gs;
  const caught = "return wrapError(() => { throw error; }, []);";
  const text = script
    .replace("import source ", "import ")
    .replaceAll(guarded, (_, names, body) => `function(${names}) { try {\n${body}\n        } catch (error) { ${caught} } }`);
  if (text.includes(", arguments)")) throw new Error("wasm-bindgen writes calls of JavaScript in another way than is known here");
  return text;
}

export const worker = {
  id: "worker",
  name: "Worker",
  after: [],
  get settings() {
    const { version, source } = remembered().wasm;
    return [wasmBindgenVersion(), version, source];
  },
  get inputs() {
    const served = at("pkg", "src", "schema.json");
    return [...CRATE, ...sources("js"), served, at("scripts", "build", "steps.mjs"), at("scripts", "setup", "environment.mjs")];
  },
  outputs: [at("build")],

  async work(tell, { wasm }) {
    const target = at("target", "wasm-edge");
    const { args, env: more } = unwinding();
    // What is uploaded is compiled before the first request, so what comes from others is built for size. What is ours is
    // hardly larger at level 2, and calls less: engines inline nothing before they have seen a function often.
    const env = { ...wasm, ...more, CARGO_PROFILE_RELEASE_OPT_LEVEL: "2" };
    const others = ["--config", 'profile.release.package."*".opt-level="s"'];
    const features = ["--no-default-features", "--features", "edge"];
    await tell(
      "cargo",
      ["rustc", ...MODULE, "--release", "--target", "wasm32-unknown-unknown", ...features, "--target-dir", target, ...others, ...args],
      env,
    );
    const glue = at("target", "edge-glue");
    rmSync(glue, { recursive: true, force: true });
    const made = join(target, "wasm32-unknown-unknown", "release", "postcall.wasm");
    // An instance that cannot go on is replaced by a fresh one.
    const recovery = ["--experimental-reset-state-function", "--force-enable-abort-handler"];
    await tell(
      join(TOOLS, "bin", "wasm-bindgen"),
      [made, "--target", "module", "--out-dir", glue, "--out-name", "index", "--no-typescript", ...recovery],
      wasm,
    );
    const index = join(glue, "index.js");
    writeFileSync(index, lean(readFileSync(index, "utf8")));
    const out = at("build");
    rmSync(out, { recursive: true, force: true });
    await tell(
      join(BIN, "esbuild"),
      [
        at("src", "edge", "entry.js"), `--alias:wasm-glue=${index}`, "--external:./index_bg.wasm",
        "--bundle", "--minify", "--format=esm", `--outfile=${join(out, "index.js")}`,
      ],
      wasm,
    );
    await tell(
      join(BIN, "wasm-opt"),
      // What wasm-bindgen adds catches exceptions in a module that aborts, too, which does not say that it may.
      ["-O3", "--enable-exception-handling", "--strip-debug", "--strip-producers", join(glue, "index_bg.wasm"), "-o", join(out, "index_bg.wasm")],
      wasm,
    );
  },
};

/** What can be asked for on the command line, and the steps that it takes. */
export const GOALS = {
  package: [glue, pack],
  pages: [glue, pack, pages],
  worker: [worker],
  all: [glue, worker, pack, pages],
};
