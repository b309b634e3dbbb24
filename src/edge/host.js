// What the Worker asks of its runtime. Each function does as much as it can in one call, since what passes between
// WebAssembly and JavaScript costs more than what either does; nothing is decided here. What is waited for is told to `settle`
// by the number that the function has given, as `reply.rs` says.

import { settle } from "wasm-glue";

/**
 * Texts as one, a character that no header holds between them; `=` stands before each one that is there, `!` for one that is
 * there and cannot be read.
 */
const joined = (texts) => texts.map((text) => (text === null ? "" : text === undefined ? "!" : `=${text}`)).join("\0");

/** What is asked each time, by names: settings, bindings with the one method of each that is used, headers. */
const asked = { settings: [], methods: [], headers: [], signatures: [] };

export function set_questions(settings, methods, signatures) {
  asked.settings = settings.split(" ");
  asked.methods = methods.split(" ").map((method) => method.split("."));
  asked.signatures = signatures.split(" ");
}

export function set_headers(headers) {
  asked.headers = headers.split(" ");
}

/** Method, address and the headers that are asked of every request. To ask for one costs more than what is done with it. */
export function ask_request({ method, url, headers }) {
  let text = `=${method}\0=${url}`;
  for (const name of asked.headers) {
    const value = headers.get(name);
    text += value === null ? "\0" : `\0=${value}`;
  }
  return text;
}

/** The headers of signatures. */
export const ask_signatures = ({ headers }) => joined(asked.signatures.map((name) => headers.get(name)));

/** Lets a request run to its end even when its sender has gone. */
export const run_to_end = ({ context, answer }) => context.waitUntil(answer);

/** The environment that was last told of. The runtime has one object for all requests. */
let told;

/**
 * The settings, and of each binding whether it has its method. Numbers in the configuration arrive as numbers; whatever is no
 * text either, and a text with the separator in it, cannot be read. Nothing where that has been told of this environment and is
 * known.
 */
export function ask_setup(env, is_known) {
  if (is_known && env === told) return undefined;
  told = env;
  const text = (value) => {
    if (value === undefined || value === null) return null;
    const is_text = typeof value === "number" || (typeof value === "string" && !value.includes("\0"));
    return is_text ? String(value) : undefined;
  };
  const has = (binding, method) => (binding === undefined || binding === null ? null : typeof binding[method] === "function" ? "1" : "0");
  return joined([
    ...asked.settings.map((name) => text(env[name])),
    ...asked.methods.map(([name, method]) => has(env[name], method)),
  ]);
}

const LARGEST_PIECE = 1 << 20;

/** Why there is no body: its client took too long over it, or it is too long. */
const TOO_SLOW = "too_slow";
const TOO_LARGE = "too_large";

/** The whole body of a request whose length HTTP holds to what is declared; or why there is none. */
export function read_framed_body(request, patience) {
  const number = numbered();
  setTimeout(settle, patience, number, TOO_SLOW, false);
  return reply(request.arrayBuffer(), (bytes) => new Uint8Array(bytes), number);
}

/**
 * The body of any other request, of at most `limit` bytes; or why there is none. `room` is how much is expected and one byte
 * more: a piece that comes shorter than it was asked for is the last one. What a client declares is not relied on.
 */
export const read_body = (request, room, limit, patience) => reply(read_pieces(request, room, limit, patience), (body) => body);

async function read_pieces(request, room, limit, patience) {
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader({ mode: "byob" });
  let is_late = false;
  setTimeout(() => {
    is_late = true;
    reader.cancel().catch(() => {});
  }, patience);
  try {
    let whole;
    for (let size = room; ; size = Math.min(size * 2, LARGEST_PIECE, limit - whole.length + 1)) {
      const { value } = await reader.readAtLeast(size, new Uint8Array(size));
      if (is_late) return TOO_SLOW;
      const piece = value ?? new Uint8Array(0);
      whole = whole === undefined ? piece : both(whole, piece);
      if (whole.length > limit) {
        reader.cancel().catch(() => {});
        return TOO_LARGE;
      }
      if (piece.length < size) return whole;
    }
  } catch (error) {
    // What was cancelled fails as what broke off.
    if (is_late) return TOO_SLOW;
    throw error;
  }
}

function both(one, other) {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}

/** The last number of a reply. Not even a fresh instance begins anew, as replies to the one before it may still come. */
let last = 0;
const numbered = () => (last = (last + 1) >>> 0);

/** A reply: what `promise` comes to, read by `read`. It comes later, even where it is there already. */
function reply(promise, read, number = numbered()) {
  const failed = (error) => settle(number, error, true);
  const came = (value) => {
    let given;
    try {
      given = read(value);
    } catch (error) {
      return failed(error);
    }
    return settle(number, given, false);
  };
  Promise.resolve(promise).then(came, failed);
  return number;
}

/** A reply after so many milliseconds. Timers end with their request, and to stop one costs more than that. */
export function wait(time) {
  const number = numbered();
  setTimeout(settle, time, number, undefined, false);
  return number;
}

/** What ends the calls that have not been answered after so many milliseconds, by their numbers. */
export function start_timer(time) {
  const timer = { is_over: false, numbers: [] };
  setTimeout(ring, time, timer);
  return timer;
}

function ring(timer) {
  timer.is_over = true;
  for (const number of timer.numbers) settle(number, undefined, false);
}

/** What a method of a binding gives, read by `read`; nothing where `timer` is faster. */
function call(binding, method, args, timer, read) {
  const number = numbered();
  timer.numbers.push(number);
  if (timer.is_over) Promise.resolve(timer).then(ring);
  let promise;
  try {
    promise = binding[method](...args);
  } catch (error) {
    promise = Promise.reject(error);
  }
  return reply(promise, read, number);
}

const written = (value) => (value === null || value === undefined ? undefined : JSON.stringify(value));

export const kv_get = ({ CALLS }, key, timer) =>
  call(CALLS, "getWithMetadata", [key, "arrayBuffer"], timer, ({ value, metadata }) =>
    value === null ? null : { bytes: new Uint8Array(value), metadata: written(metadata) });

/** Of each key its text, or `null`, and its metadata. */
export const kv_get_texts = ({ CALLS }, keys, timer) =>
  call(CALLS, "getWithMetadata", [keys, "text"], timer, (found) =>
    keys.flatMap((key) => {
      const { value = null, metadata } = found.get(key) ?? {};
      return [value, written(metadata)];
    }));

/**
 * Metadata comes as JSON, so that the runtime makes the object: no key can be taken for anything but a key. A value without
 * bytes is empty text, for which the runtime opens no stream.
 */
export const kv_put = ({ CALLS }, key, body, metadata, seconds, timer) =>
  call(CALLS, "put", [key, body?.length > 0 ? body : "", { metadata: JSON.parse(metadata), ...(seconds > 0 && { expirationTtl: seconds }) }], timer, () => true);

export const kv_delete = ({ CALLS }, key, timer) => call(CALLS, "delete", [key], timer, () => true);

const listed = ({ CALLS }, prefix, cursor, limit, timer, read) =>
  call(CALLS, "list", [{ prefix, limit, ...(cursor !== undefined && { cursor }) }], timer, read);

export const kv_list = (env, prefix, cursor, limit, timer) => listed(env, prefix, cursor, limit, timer, written);

/** A page of which only the keys are told that have the ending, as few of them have. */
export const kv_find = (env, prefix, ending, cursor, limit, timer) =>
  listed(env, prefix, cursor, limit, timer, (page) => written({ ...page, keys: page.keys.filter(({ name }) => name.endsWith(ending)) }));

export const ask_limit = (env, name, key, patience) =>
  call(env[name], "limit", [{ key }], start_timer(patience), ({ success }) => success === true || success === false ? success : undefined);

export const write_point = (env, name, point) => env[name].writeDataPoint(point);

/** The headers that were made last. Answers differ in few of them, and to make them is half of making an answer. */
let made;

/** Headers from lines of names and values by turns; without lines, those of the last answer. */
function headersFrom(lines) {
  if (lines !== undefined) {
    const texts = lines.split("\n");
    const pairs = Array.from({ length: texts.length >> 1 }, (_, at) => [texts[2 * at], texts[2 * at + 1]]);
    made = new Headers(pairs);
  }
  return made;
}

/** Answers. A response copies its body, which stands in memory that is used again at once. */
export const respond = ({ tell }, status, headers, body) => tell(new Response(body ?? null, { status, headers: headersFrom(headers) }));

/** Answers where nothing else can: with as little as the runtime cannot refuse. */
export const fail = ({ tell }) => tell(new Response(null, { status: 500, headers: { "cache-control": "no-store" } }));

/** Answers with a body that is made while it is sent: `pieces` promises one piece after the other, and nothing at the end. */
export function respond_streaming({ tell }, status, headers, pieces) {
  const pull = async (controller) => {
    const piece = await pieces.next();
    if (piece === undefined) controller.close();
    else controller.enqueue(piece);
  };
  tell(new Response(new ReadableStream({ pull }), { status, headers: headersFrom(headers) }));
}
