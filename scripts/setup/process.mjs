// Child processes: run one to its end, keep its output in a log, take all of them down when this process is told to stop.

import { spawn } from "node:child_process";
import { accessSync, constants, createWriteStream, mkdirSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ROOT } from "./places.mjs";

const running = new Set();
const atStop = new Set();

// A child leads a group of its own, so that a signal reaches whatever it started too (cargo's compilers, npm's scripts).
function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it has ended meanwhile
  }
}

let stopping = false;
let wanted = false;

/** Says that being stopped is how this program ends well: Ctrl-C then gives exit code 0. */
export function endsWhenStopped() {
  wanted = true;
}

// First the polite way, then, after 8 s or on a second Ctrl-C, the other one.
function stop(signalled) {
  const code = wanted ? 0 : signalled;
  for (const tidy of atStop) tidy();
  if (stopping || running.size === 0) process.exit(code);
  stopping = true;
  for (const child of running) child.politely("SIGTERM");
  const began = Date.now();
  setInterval(() => (running.size === 0 || Date.now() - began > 8000) && process.exit(code), 50);
}

process.on("SIGINT", () => stop(130));
process.on("SIGTERM", () => stop(143));
process.on("SIGHUP", () => stop(129));
process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

/** Has `tidy` called, synchronously, if a signal ends this process. Gives the function that takes it back. */
export function onStop(tidy) {
  atStop.add(tidy);
  return () => atStop.delete(tidy);
}

/**
 * Starts a command and gives the child with `ended`, a promise of its exit code.
 * `leader: true` hands the polite signal to the command alone, for one that takes its own children down.
 */
export function start(command, args, { cwd = ROOT, env = process.env, stdio = "pipe", leader = false } = {}) {
  const child = spawn(command, args, { cwd, env, stdio, detached: true });
  child.politely = (signal) => (leader ? child.kill(signal) : signalGroup(child, signal));
  running.add(child);
  child.ended = new Promise((resolve, reject) => {
    child.on("error", (error) => (running.delete(child), reject(error)));
    // While this process stops, nobody is to go on with a next step: the promise stays open.
    child.on("close", (code) => (running.delete(child), stopping || resolve(code)));
  });
  return child;
}

/** Hears a stream line by line, white space left out. */
export function eachLine(stream, hear) {
  let rest = "";
  const tell = (line) => line.trim() !== "" && hear(line);
  stream.setEncoding("utf8").on("data", (text) => {
    const parts = (rest + text).split(/\r?\n|\r/);
    rest = parts.pop() ?? "";
    parts.forEach(tell);
  });
  stream.on("end", () => tell(rest));
}

/**
 * Runs a command to its end.
 * `log` appends its output to that file, `onLine` hears each line, `show` passes the output through to the terminal.
 * `limit` is in seconds; a command that takes longer is ended and comes back with `late: true`.
 * @returns {Promise<{ code: number | null, late: boolean, lines: string[] }>} with the last lines of the output
 */
export async function run(command, args, { cwd, env, log, onLine, show = false, limit } = {}) {
  let file;
  if (log) {
    mkdirSync(dirname(log), { recursive: true });
    file = createWriteStream(log, { flags: "a" });
    file.write(`\n$ ${[command, ...args].join(" ")}\n`);
  }
  const output = show ? "inherit" : "pipe";
  const child = start(command, args, { cwd, env, stdio: ["ignore", output, output] });
  const lines = [];
  for (const stream of show ? [] : [child.stdout, child.stderr]) {
    eachLine(stream, (line) => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
      file?.write(`${line}\n`);
      onLine?.(line);
    });
  }
  let late = false;
  const timer = limit && setTimeout(() => ((late = true), signalGroup(child, "SIGTERM")), limit * 1000);
  try {
    return { code: await child.ended, late, lines };
  } finally {
    clearTimeout(timer);
    file?.end();
  }
}

/** The output of a short command, trimmed; null where it is missing, fails or takes more than 20 s. */
export async function ask(command, args, options = {}) {
  try {
    const { code, lines } = await run(command, args, { limit: 20, ...options });
    return code === 0 ? lines.join("\n").trim() : null;
  } catch (error) {
    if (["ENOENT", "EACCES", "ENOTDIR"].includes(error.code)) return null;
    throw error;
  }
}

/** Whether `path` is a file that may be executed. */
export function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch (error) {
    if (["ENOENT", "EACCES", "ENOTDIR"].includes(error.code)) return false;
    throw error;
  }
}

/** The first executable of that name in a search path, or null. */
export function which(name, path = process.env.PATH ?? "") {
  const place = path.split(delimiter).find((folder) => folder !== "" && executable(join(folder, name)));
  return place === undefined ? null : join(place, name);
}

/** The lines of an output that most likely say what went wrong, at most three. */
export function complaint(lines) {
  const worst = lines.filter((line) => /^\s*(error|npm (error|ERR!) (?!code )\S|E:|fatal)/i.test(line)).slice(0, 3);
  const told = worst.length > 0 ? worst : lines.slice(-1);
  return told.map((line) => line.trim().slice(0, 200)).join("\n    ") || "nothing";
}
