// A Web Worker that does what its page asks for through postcall/client.

import * as api from "./inline.js";
import type { Answer, CALLS, Fault, Request } from "./protocol.js";

/** What is read ahead of the page: so many results, or what so many milliseconds gave. */
const MOST_RESULTS = 256;
const MOST_TIME = 50;

const scope = globalThis as unknown as {
  postMessage(message: Answer): void;
  addEventListener(type: "message", listener: (event: { data: Request }) => void): void;
};

/** What wakes up or ends a conversation that goes on, by its id. */
const open = new Map<number, { more(): void; stop: AbortController }>();

scope.addEventListener("message", ({ data }) => {
  if ("more" in data) open.get(data.id)?.more();
  else if ("stop" in data) open.get(data.id)?.stop.abort();
  else if (data.call === "summarizeLines") lines(data.id, data).catch((error) => scope.postMessage({ id: data.id, error: fault(error) }));
  else scope.postMessage(answered(data.id, data.call, data.args));
});

function answered(id: number, name: (typeof CALLS)[number], args: unknown[]): Answer {
  try {
    const call = api[name] as (...args: unknown[]) => unknown;
    return { id, value: call(...args) };
  } catch (error) {
    return { id, error: fault(error) };
  }
}

async function lines(id: number, { source, options }: Extract<Request, { call: "summarizeLines" }>): Promise<void> {
  const stop = new AbortController();
  let progress: api.Progress | null = null;
  const onProgress = (found: api.Progress): void => {
    progress = found;
  };
  const bytes = "stream" in source ? source.stream() : source;
  let results: api.LineResult[] = [];
  let more: Promise<void> = Promise.resolve();
  let began = Date.now();
  const send = (done: boolean): void => {
    const message = { id, results, progress, done };
    results = [];
    progress = null;
    if (!done) more = new Promise((wake) => open.set(id, { more: wake, stop }));
    scope.postMessage(message);
  };
  open.set(id, { more() {}, stop });
  try {
    for await (const result of api.summarizeLines(bytes, { ...options, signal: stop.signal, onProgress })) {
      results.push(result);
      if (results.length < MOST_RESULTS && Date.now() - began < MOST_TIME) continue;
      send(false);
      await Promise.race([more, aborted(stop.signal)]);
      began = Date.now();
    }
    send(true);
  } finally {
    open.delete(id);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function fault(error: unknown): Fault {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return error instanceof api.PostCallError ? { name, message, issues: error.issues } : { name, message };
}
