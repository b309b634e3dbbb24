// What a step says when it cannot go on: one paragraph that names the command, the log and the way out.

import { relative } from "node:path";
import { ROOT } from "./places.mjs";

export class Failure extends Error {
  /** @param {{ what: string, command?: string, said?: string, log?: string, advice: string }} parts */
  constructor({ what, command, said, log, advice }) {
    super(
      [
        `${what}.`,
        command && `The command was: ${command}`,
        said && `It said: ${said}`,
        log && `The full log is ${relative(ROOT, log)}.`,
        advice,
      ]
        .filter(Boolean)
        .join("\n  "),
    );
    this.name = "Failure";
  }
}

/** Ends the process: a `Failure` is told in its own words, anything else is a fault of these scripts and shows its stack. */
export function giveUp(error) {
  process.stderr.write(error instanceof Failure ? `\nerror: ${error.message}\n` : `\n${error?.stack ?? error}\n`);
  process.exit(1);
}
