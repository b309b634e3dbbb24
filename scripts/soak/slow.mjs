// Honest deliveries, first alone and then beside 200 connections whose bodies come at a byte a second: all are answered,
// and the time that 99 of 100 take at most stays below twice that of the first.

import { connect } from "node:net";
import { body } from "../../tests/edge/storm.mjs";
import { deliver } from "../../tests/edge/client.mjs";
import { startWorker, TOKEN } from "../../tests/edge/worker.mjs";

const CONNECTIONS = 200;
const HONEST = 1_000;
/** Deliveries before those that are measured. */
const WARM_UP = 200;
const BOUND = 2;

const worker = await startWorker();
const port = Number(new URL(worker.url).port);
let n = 0;

/** The times of deliveries, one after the other, in order of size. */
async function honest(times) {
  const took = [];
  for (let at = 0; at < times; at += 1) {
    const began = performance.now();
    const { status, text } = await deliver(worker, body((n += 1)));
    if (status !== 200) throw new Error(`An honest delivery was answered ${status}: ${text}`);
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b);
}

/** A connection that sends a byte a second, and another one when the Worker has had enough of it. */
function slow() {
  let is_over = false;
  let socket;
  const open = () => {
    if (is_over) return;
    socket = connect(port, "127.0.0.1", () => socket.write(`POST /webhook/${TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{`));
    socket.on("data", () => socket.end());
    socket.on("error", () => {});
    socket.on("close", open);
  };
  open();
  const timer = setInterval(() => socket.writable && socket.write(" "), 1_000);
  return () => {
    is_over = true;
    clearInterval(timer);
    socket.destroy();
  };
}

const at99 = (times) => times[Math.floor(times.length * 0.99)];
const milliseconds = (time) => `${time.toFixed(1)} ms`;

console.log(`soak: ${HONEST} deliveries alone, then beside ${CONNECTIONS} slow connections`);
await honest(WARM_UP);
const alone = at99(await honest(HONEST));
const ends = Array.from({ length: CONNECTIONS }, slow);
const beside = at99(await honest(HONEST));
for (const end of ends) end();
await worker.stop();
const ratio = beside / alone;
console.log(`
  99 of 100 honest deliveries took at most ${milliseconds(alone)} alone and ${milliseconds(beside)} beside the slow ones: ${ratio.toFixed(2)} times, of ${BOUND} at most
`);
process.exitCode = ratio < BOUND ? 0 : 1;
