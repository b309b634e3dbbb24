// Many deliveries from eight senders at once, every fifth of them a repeat of an earlier one. In the end every call that
// was acknowledged is read and compared, the list is gone through, and the Worker's own memory has not grown since the
// warm-up. The process's is told beside it: most of it is the local KV's, which grows with what it holds.

import { assertAllThere, storm } from "../../tests/edge/storm.mjs";
import { startWorker } from "../../tests/edge/worker.mjs";
import { span } from "../setup/progress.mjs";

const DELIVERIES = Number(process.argv[2]);
const SENDERS = 8;
/** Every so many deliveries memory is looked at. */
const EVERY = Math.max(1, Math.round(DELIVERIES / 50));
/** The part of the run in which caches fill and pools grow. */
const WARM_UP = 0.4;
/** What memory may grow by after that: between the least of the first and of the last third of the rest, since what is
 * above it belongs to requests under way. */
const GROWTH = 0.1;
/** In fewer deliveries the runtime is still filling its caches: what memory does then tells nothing. */
const ENOUGH = 20_000;

const count = (number) => Math.round(number).toLocaleString("en");
const megabytes = (bytes) => `${count(bytes / 1e6)} MB`;

const worker = await startWorker({ weighed: true });
const began = Date.now();
const words = {};
const memory = [];
const looks = [];
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
  looks.push(look(answered));
}

async function look(answered) {
  const rate = (answered / (Date.now() - began)) * 1_000;
  const whole = worker.memory();
  const own = await worker.heap();
  memory.push({ own, whole });
  console.log(`  ${count(answered).padStart(9)} deliveries, ${count(rate)} a second, ${megabytes(own)} of ${megabytes(whole)}`);
}

console.log(`soak: ${count(DELIVERIES)} deliveries from ${SENDERS} senders`);
await storm(worker, SENDERS, next, heard);
const took = Date.now() - began;
await Promise.all(looks);

const rest = memory.slice(Math.floor(memory.length * WARM_UP));
const third = Math.max(1, Math.floor(rest.length / 3));
const least = (part) => Math.min(...part.map(({ own }) => own));
const [early, late] = [least(rest.slice(0, third)), least(rest.slice(-third))];
const most = (key) => megabytes(Math.max(...memory.map((look) => look[key])));
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
  memory    of the Worker: ${megabytes(early)} after the warm-up, ${megabytes(late)} at the end, ${most("own")} at most${is_long ? "" : `; whether it is flat shows from ${count(ENOUGH)} deliveries on`}${is_flat ? "" : "   NOT FLAT"}
            of the process, with its local KV: ${most("whole")} at most
`);
process.exitCode = is_flat && is_whole ? 0 : 1;
