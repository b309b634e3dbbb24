// The goldens against one host's package. Runs everywhere: in Node, in a page, in a Worker.

/** Compares every case, from bytes and from text. What was compared, and the differences as sentences. */
export function compare(api, cases) {
  const differences = [];
  const count = { bytes: 0, text: 0, parsed: 0 };
  const expect = (found, wanted, place) => {
    const difference = firstDifference(found, wanted, "");
    if (difference !== null) differences.push(`${place}: ${difference}`);
  };
  const check = (input, { report, options }, place) => {
    const { valid, issues } = api.validate(input, options);
    const summarized = api.safeSummarize(input, options);
    expect({ valid, issues, summary: summarized.summary ?? null }, report, place);
    expect([summarized.success, summarized.issues], [report.valid, report.issues], `${place}, summarised`);
    const parsed = api.safeParse(input, options);
    expect([parsed.success, parsed.issues], [report.valid, report.issues], `${place}, parsed`);
    // Whoever asks for the payload alone has only its errors looked for.
    const thrown = report.valid ? undefined : report.issues;
    expect(outcome(() => api.parse(input, options)), { data: parsed.data, thrown }, `${place}, parsed alone`);
    return parsed;
  };
  for (const one of cases) {
    const parsed = check(one.payload, one, `${one.name} from bytes`);
    count.bytes++;
    const text = textOf(one.payload);
    if (text === null) continue;
    check(text, one, `${one.name} from text`);
    count.text++;
    if (!parsed.success) continue;
    const wanted = JSON.parse(text.replace(/^\uFEFF/, ""));
    expect(parsed.data, wanted, `${one.name} as a payload`);
    expect(orderOf(parsed.data), orderOf(wanted), `${one.name} in the order of its keys`);
    count.parsed++;
  }
  return { count, differences };
}

/** Cases that came as JSON, their payloads in base64. */
export function revived(text) {
  const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return JSON.parse(text).map((one) => ({ ...one, payload: bytes(one.payload) }));
}

/** What a function gives, or the issues that it throws. */
function outcome(get) {
  try {
    return { data: get(), thrown: undefined };
  } catch (error) {
    if (error.name !== "PostCallError") throw error;
    return { data: undefined, thrown: error.issues };
  }
}

function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The keys of all objects, in order. */
function orderOf(value) {
  if (typeof value !== "object" || value === null) return null;
  return Object.entries(value).map(([key, member]) => [key, orderOf(member)]);
}

/** Where two values first differ, as a sentence without the values; null where they do not. */
export function firstDifference(found, wanted, path) {
  if (Object.is(found, wanted)) return null;
  const isObject = (value) => typeof value === "object" && value !== null;
  if (!isObject(found) || !isObject(wanted)) return `${path || "the root"} is ${shown(found)} instead of ${shown(wanted)}`;
  if (Object.getPrototypeOf(found) !== Object.getPrototypeOf(wanted)) return `${path || "the root"} has another prototype`;
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    const place = `${path}/${key}`;
    if (!Object.hasOwn(found, key)) return `${place} is missing`;
    if (!Object.hasOwn(wanted, key)) return `${place} is one too many`;
    const difference = firstDifference(own(found, key), own(wanted, key), place);
    if (difference !== null) return difference;
  }
  return null;
}

/** A property, even one named `__proto__`. */
const own = (object, key) => Object.getOwnPropertyDescriptor(object, key).value;

const shown = (value) => (JSON.stringify(value) ?? String(value)).slice(0, 100);
