// One set-up and one build at a time per clone: a second one waits for the first. A lock whose owner is dead is taken over.

import { linkSync, mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onStop } from "./process.mjs";

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function ownerOf(path) {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

// One at a time takes a dead owner's lock away, and looks again before it does: a lock that another process has just
// taken over must stay. Whoever dies in the middle of this holds the others up for ten seconds.
function takeAway(path, mine) {
  const turn = `${path}.turn`;
  try {
    linkSync(mine, turn);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const age = Date.now() - (statSync(turn, { throwIfNoEntry: false })?.ctimeMs ?? Date.now());
    if (age > 10_000) rmSync(turn, { force: true });
    return false;
  }
  const owner = ownerOf(path);
  if (owner !== null && !alive(owner)) rmSync(path, { force: true });
  rmSync(turn, { force: true });
  return true;
}

/** Runs `work` while holding the lock at `path`; says once through `onWait` whom it waits for. */
export async function withLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true });
  // The file gets its content before its name, so that nobody ever reads a lock without an owner.
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  let told = false;
  try {
    for (;;) {
      try {
        linkSync(mine, path);
        break;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const owner = ownerOf(path);
      if (owner !== null && !alive(owner) && takeAway(path, mine)) continue;
      if (owner !== null && !told) onWait(owner);
      told ||= owner !== null;
      await sleep(300);
    }
  } finally {
    unlinkSync(mine);
  }
  const release = () => rmSync(path, { force: true });
  const keep = onStop(release);
  try {
    return await work();
  } finally {
    release();
    keep();
  }
}
