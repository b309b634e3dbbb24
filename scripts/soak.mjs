// npm run soak: what only shows when the Worker has been at it for a while, under the local runtime. No part of the tests,
// which it would hold up; the exit code is 0 only when everything held.
//
//   npm run soak                       both parts
//   npm run soak -- deliveries         50,000 deliveries, every fifth a repeat: all readable at the end, memory flat
//   npm run soak -- deliveries 5000    so many; memory is judged from 20,000 on
//   npm run soak -- slow               honest deliveries beside 200 clients that send a byte a second

import { build } from "./build.mjs";
import { Failure, giveUp } from "./setup/failure.mjs";
import { at } from "./setup/places.mjs";
import { run } from "./setup/process.mjs";
import { setup } from "./setup.mjs";

const PARTS = { deliveries: "50000", slow: null };

function asked(words) {
  const numbers = words.filter((word) => /^[1-9]\d*$/.test(word));
  const wanted = words.filter((word) => Object.hasOwn(PARTS, word));
  const unknown = words.find((word) => !numbers.includes(word) && !wanted.includes(word));
  if (unknown !== undefined || numbers.length > 1) {
    throw new Failure({
      what: unknown === undefined ? "More than one number of deliveries is given" : `There is no part "${unknown}"`,
      advice: `Choose among ${Object.keys(PARTS).join(", ")}, give the number of deliveries, or both, or nothing.`,
    });
  }
  return { parts: wanted.length > 0 ? wanted : Object.keys(PARTS), number: numbers[0] ?? PARTS.deliveries };
}

async function main() {
  const { parts, number } = asked(process.argv.slice(2));
  const environments = await setup();
  await build("worker", environments);
  for (const part of parts) {
    const args = part === "deliveries" ? [number] : [];
    const { code } = await run("node", [at("scripts", "soak", `${part}.mjs`), ...args], { env: environments.node, show: true });
    if (code !== 0) process.exitCode = 1;
  }
}

main().catch(giveUp);
