// Many deliveries from eight senders at once, every fifth of them a repeat of an earlier one. In the end every call that
// was acknowledged is read and compared, the list is gone through, and memory has not grown since the warm-up.

import { assertAllThere, storm } from "../../tests/edge/storm.mjs";
import { startWorker } from "../../tests/edge/worker.mjs";
import { span } from "../setup/progress.mjs";

const DELIVERIES = Number(process.argv[2]);
const SENDERS = 8;
/** Every so many deliveries memory is looked at. */
const EVERY = Math.max(1, Math.round(DELIVERIES / 50));
/** The part of the run in which caches fill and pools grow. */
const WARM_UP = 0.4;
/** What memory may grow by after that: between the means of the first and the last third of the rest. */
const GROWTH = 0.1;
/** In fewer deliveries the runtime is still filling its caches: what memory does then tells nothing. */
const ENOUGH = 20_000;

const count = (number) => Math.round(number).toLocaleString("en");
const megabytes = (bytes) => `${count(bytes / 1e6)} MB`;
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const worker = await startWorker();
const began = Date.now();
const words = {};
const memory = [];
const acknowledged = [];
let calls = 0;
let repeats = 0;
let answered = 0;

/** Every fifth delivery, in the long run, repeats the one that was acknowledged in the middle of all so far. */
function next() {
  const given = calls + repeats;
  if (given === DELIVERIES) return null;
  if ((repeats + 1) * 5 > given + 1 || acknowledged.length === 0) return (calls += 1);
  repeats += 1;
  return acknowledged[Math.floor(acknowledged.length / 2)];
}

function heard(n, word) {
  if (word === "created") acknowledged.push(n);
  words[word ?? "refused"] = (words[word ?? "refused"] ?? 0) + 1;
  answered += 1;
  if (answered % EVERY > 0) return;
  memory.push(worker.memory());
  const rate = (answered / (Date.now() - began)) * 1_000;
  console.log(`  ${count(answered).padStart(9)} deliveries, ${count(rate)} a second, ${megabytes(memory.at(-1))}`);
}

console.log(`soak: ${count(DELIVERIES)} deliveries from ${SENDERS} senders`);
await storm(worker, SENDERS, next, heard);
const took = Date.now() - began;

const rest = memory.slice(Math.floor(memory.length * WARM_UP));
const third = Math.max(1, Math.floor(rest.length / 3));
const [early, late] = [mean(rest.slice(0, third)), mean(rest.slice(-third))];
const is_long = DELIVERIES >= ENOUGH;
const is_flat = !is_long || late <= early * (1 + GROWTH);
const is_whole = words.created === calls && words.duplicate === repeats;

console.log(`soak: reading ${count(calls)} calls`);
await assertAllThere(worker, Array.from({ length: calls }, (_, at) => at + 1), (read) => {
  if (read % 5_000 === 0) console.log(`  ${count(read).padStart(9)} read`);
});
await worker.stop();

const answers = Object.entries(words).map(([word, number]) => `${count(number)} ${word}`).join(", ");
console.log(`
  answers   ${answers}${is_whole ? "" : "   NOT AS THEY SHOULD BE"}
  rate      ${count((DELIVERIES / took) * 1_000)} a second for ${span(took)}
  stored    all ${count(calls)} calls are there byte for byte, each listed once
  memory    ${megabytes(early)} after the warm-up, ${megabytes(late)} at the end, ${megabytes(Math.max(...memory))} at most${is_long ? "" : `; whether it is flat shows from ${count(ENOUGH)} deliveries on`}${is_flat ? "" : "   NOT FLAT"}
`);
process.exitCode = is_flat && is_whole ? 0 : 1;
