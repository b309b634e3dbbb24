// Step: a Rust compiler for this machine, and one that builds for wasm32-unknown-unknown. Mostly they are the same.
//
// A compiler is { toolchain, folder, version }: a toolchain of rustup's, or a folder with `rustc` and `cargo`.
//   native   1 the pinned toolchain   2 rustup installs it   3 another one that is at least as new
//   wasm     1 the native one has the target   2 rustup adds the target   3 Debian's compiler (wasm-target.sh)
// For WebAssembly it also says whether it has the source of the standard library (`source`), of which the Worker is built
// so that a panic unwinds; what rustup brings for the target does not. Debian's has its own source, which is not tried.
// POSTCALL_RUSTUP_OFFLINE=1 leaves out what rustup would download, as though its server were out of reach.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withCompiler } from "./environment.mjs";
import { Failure } from "./failure.mjs";
import { at, atLeast, LOGS, pinnedRust, TOOLS } from "./places.mjs";
import { ask, complaint, run, which } from "./process.mjs";

const TARGET = "wasm32-unknown-unknown";
const SOURCE = join("lib", "rustlib", "src", "rust", "library", "std", "Cargo.toml");
const STAMP = join(LOGS, "rust.json");
const DEBIAN_WAY = at("scripts", "wasm-target.sh");
const SYSTEM_FOLDER = join(TOOLS, "system-rust"); // links to Debian's rustc and cargo, made by wasm-target.sh

/** What an earlier run found, if the files it rests on are still the same ones; else null. */
export function remembered() {
  if (!existsSync(STAMP)) return null;
  const stamp = JSON.parse(readFileSync(STAMP, "utf8"));
  const same = ([path, mark]) => existsSync(path) && markOf(path) === mark;
  return stamp.pin === pinnedRust() && stamp.wasm.source !== undefined && Object.entries(stamp.files).every(same) ? stamp : null;
}

// Size and time of a compiler's binary, or of the folder that holds a target's libraries.
function markOf(path) {
  const { size, mtimeMs, ino } = statSync(path);
  return `${size} ${mtimeMs} ${ino}`;
}

async function version(env, compiler) {
  const answer = await ask("rustc", ["--version"], { env: withCompiler(env, compiler) });
  return /^rustc (\d+\.\d+\.\d+)/.exec(answer ?? "")?.[1] ?? null;
}

/** A toolchain's name without the machine it is for: `1.95.0`, `stable`, `nightly-2026-01-01`. */
export const shortName = (toolchain) =>
  toolchain.replace(/-(x86_64|aarch64|i686|riscv64gc|powerpc64le|s390x|arm.*?)-.*$/, "");

/** Toolchains in the order in which they are tried: releases first, previews last. */
export function ranked(toolchains, inherited) {
  const rank = (name) => (name === inherited ? 0 : /^(beta|nightly)/.test(name) ? 2 : 1);
  return [...toolchains].sort((a, b) => rank(a) - rank(b));
}

async function another(env, rustup, pin) {
  const listed = rustup ? await ask(rustup, ["toolchain", "list"], { env }) : null;
  const names = (listed ?? "")
    .split("\n")
    .map((line) => line.split(" ")[0])
    .filter((name) => name && !name.startsWith("no"));
  const choices = ranked(names, env.RUSTUP_TOOLCHAIN).map((toolchain) => ({ toolchain }));
  if (!rustup) choices.push({});
  choices.push({ folder: SYSTEM_FOLDER });
  for (const choice of choices.filter(({ folder }) => !folder || existsSync(folder))) {
    const found = await version(env, choice);
    if (found !== null && atLeast(found, pin)) return { ...choice, version: found };
  }
  return null;
}

async function nativeCompiler({ env, log, detail, note }, rustup, pin) {
  const pinned = { toolchain: pin };
  if (rustup && (await version(env, pinned))) return { ...pinned, version: pin };
  const other = await another(env, rustup, pin);
  if (rustup && !env.POSTCALL_RUSTUP_OFFLINE) {
    const args = ["toolchain", "install", pin, "--profile", "minimal", "-c", "rustfmt", "-c", "clippy", "-t", TARGET];
    const limit = other ? 300 : 900;
    await run(rustup, args, { env: { ...env, RUSTUP_MAX_RETRIES: "1" }, log, onLine: detail, limit });
    if (await version(env, pinned)) return { ...pinned, version: pin };
  }
  if (other) note(`Rust ${pin} cannot be had here; using ${name(other)}, which is at least as new.`);
  return other;
}

/** Compiles a few lines for the target: finds a missing library, one that another compiler built, a missing linker. */
async function reachesTarget(env, compiler, log) {
  const folder = mkdtempSync(join(tmpdir(), "postcall-"));
  const source = join(folder, "probe.rs");
  const code = '#[unsafe(no_mangle)] pub extern "C" fn probe(n: u32) -> usize { vec![0u8; n as usize].len() }\n';
  writeFileSync(source, code);
  const args = [
    "--edition",
    "2024",
    "--target",
    TARGET,
    "--crate-type",
    "cdylib",
    "-O",
    "-o",
    join(folder, "probe.wasm"),
    source,
  ];
  try {
    return (await run("rustc", args, { env: withCompiler(env, compiler), log })).code === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function wasmCompiler({ env, log, detail, note }, rustup, native, pin) {
  if (native && (await reachesTarget(env, native, log))) return native;
  if (rustup && native?.toolchain && !env.POSTCALL_RUSTUP_OFFLINE) {
    const args = ["target", "add", "--toolchain", native.toolchain, TARGET];
    await run(rustup, args, { env: { ...env, RUSTUP_MAX_RETRIES: "1" }, log, onLine: detail, limit: 180 });
    if (await reachesTarget(env, native, log)) return native;
  }
  note(`rustup cannot add ${TARGET} here; going by Debian's packages instead, about 3 min.`);
  const withLints = native ? env : { ...env, WITH_LINTS: "1" };
  const { code, lines } = await run("bash", [DEBIAN_WAY, SYSTEM_FOLDER], { env: withLints, log, onLine: detail });
  const system = { folder: SYSTEM_FOLDER, version: await version(env, { folder: SYSTEM_FOLDER }) };
  if (code === 0 && atLeast(system.version ?? "0.0.0", pin) && (await reachesTarget(env, system, log))) return system;
  throw new Failure({
    what: `No compiler for ${TARGET} could be set up, neither by rustup nor by Debian's packages`,
    command: `bash scripts/wasm-target.sh ${SYSTEM_FOLDER}`,
    said: complaint(lines),
    log,
    advice:
      `Where rustup's server can be reached: install rustup if it is missing, then rustup toolchain install ${pin} and ` +
      `rustup target add --toolchain ${pin} ${TARGET}. Otherwise run the same command again as root on Debian 12 or newer.`,
  });
}

const sysroot = (env, compiler) => ask("rustc", ["--print", "sysroot"], { env: withCompiler(env, compiler) });

/** Whether the compiler has the standard library's source, which rustup is asked for. */
async function hasSource({ env, log, detail, note }, rustup, compiler) {
  if (compiler.folder) return false;
  const there = existsSync(join(await sysroot(env, compiler), SOURCE));
  if (there || !rustup || !compiler.toolchain || env.POSTCALL_RUSTUP_OFFLINE) return there;
  const args = ["component", "add", "--toolchain", compiler.toolchain, "rust-src"];
  const { code } = await run(rustup, args, { env: { ...env, RUSTUP_MAX_RETRIES: "1" }, log, onLine: detail, limit: 180 });
  if (code !== 0) note("rustup cannot add rust-src here: a panic will take with it what its instance of the Worker serves.");
  return code === 0;
}

function name({ toolchain, folder, version: number }) {
  const origin = toolchain ? shortName(toolchain) : folder ? "Debian's" : "the system's";
  return origin === number ? `Rust ${number}` : `Rust ${number} (${origin})`;
}

async function remember(env, pin, native, wasm) {
  const files = {};
  for (const compiler of [native, wasm]) {
    const root = await sysroot(env, compiler);
    files[join(root, "bin", "rustc")] = "";
    if (compiler !== wasm) continue;
    files[join(root, "lib", "rustlib", TARGET, "lib")] = "";
    if (wasm.source) files[join(root, SOURCE)] = "";
  }
  for (const path of Object.keys(files)) files[path] = markOf(path);
  mkdirSync(LOGS, { recursive: true });
  writeFileSync(`${STAMP}.new`, `${JSON.stringify({ pin, native, wasm, files }, null, 2)}\n`);
  renameSync(`${STAMP}.new`, STAMP);
}

export const rust = {
  name: `Rust ${pinnedRust()} and ${TARGET}`,
  doing: "looking for what is there",

  check: () => remembered() !== null,

  async work(context) {
    const pin = pinnedRust();
    // Without this, asking for a toolchain that is not there would start its download.
    const env = { ...context.env, RUSTUP_AUTO_INSTALL: "0" };
    const inside = { ...context, env };
    const rustup = which("rustup", withCompiler(env, {}).PATH);
    const native = await nativeCompiler(inside, rustup, pin);
    const found = await wasmCompiler(inside, rustup, native, pin);
    const wasm = { ...found, source: await hasSource(inside, rustup, found) };
    await remember(env, pin, native ?? wasm, wasm);
    return native && found !== native ? `${name(native)}, for WebAssembly ${name(wasm)}` : name(wasm);
  },
};

/** Step, for tests only: the formatter and the lints of the native compiler. */
export const lints = {
  name: "rustfmt and clippy",
  doing: "adding them to the toolchain",

  async check({ env }) {
    const inside = { env: withCompiler(env, remembered().native) };
    const answers = await Promise.all(["fmt", "clippy"].map((tool) => ask("cargo", [tool, "--version"], inside)));
    return answers.every((answer) => answer !== null);
  },

  async work(context) {
    const { native } = remembered();
    const rustup = which("rustup", withCompiler(context.env, {}).PATH);
    const args = ["component", "add", "--toolchain", native.toolchain ?? "", "rustfmt", "clippy"];
    const lines = [];
    if (native.folder || (rustup && native.toolchain)) {
      const adding = { ...context.env, RUSTUP_MAX_RETRIES: "1", WITH_LINTS: "1" };
      const { log, detail: onLine } = context;
      const answer = native.folder
        ? await run("bash", [DEBIAN_WAY, native.folder], { env: adding, log, onLine })
        : await run(rustup, args, { env: adding, log, onLine, limit: 180 });
      if (answer.code === 0 && (await this.check(context))) return "added";
      lines.push(...answer.lines);
    }
    throw new Failure({
      what: "The tests need rustfmt and clippy, and the Rust toolchain has them not",
      command: native.toolchain ? `rustup ${args.join(" ")}` : undefined,
      said: lines.length > 0 ? complaint(lines) : undefined,
      log: lines.length > 0 ? context.log : undefined,
      advice: native.toolchain
        ? "Run that command where rustup's server can be reached, or choose a toolchain that has both."
        : "Install them with the compiler's own packages: on Debian, apt-get install rustfmt-web rust-web-clippy.",
    });
  },
};
