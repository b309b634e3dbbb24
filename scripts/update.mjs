// npm run update: writes anew whatever is made from the declaration and the core (the goldens of tests/cases and the
// files that tests compare with it), for a person to review.

import { Failure, giveUp } from "./setup/failure.mjs";
import { run } from "./setup/process.mjs";
import { setup } from "./setup.mjs";

async function main() {
  const { native } = await setup();
  const { code } = await run("cargo", ["test", "--all-features", "--no-fail-fast"], {
    env: { ...native, UPDATE: "1" },
    show: true,
  });
  if (code !== 0) {
    throw new Failure({
      what: "Not everything could be written anew",
      command: "UPDATE=1 cargo test --all-features --no-fail-fast",
      advice: "A test above says what is wrong; what it compares cannot be brought about by writing it anew.",
    });
  }
  console.log("\nnpm run update: done. What has changed is a change of the product: review it with git diff.");
}

main().catch(giveUp);
