// What is asked of the ratios of the peers' times to ours.

const both = (bytes, string) => ({ bytes, string });
const AJV_SUMMARY = { node: both(3.3, 2.2), workerd: both(3), chromium: both(3.3, 1) };
const OBJECT = { node: both(1.3, 0.95), workerd: both(1.3), chromium: both(1.3, 0.95) };
const BARE = { node: both(1.15), workerd: both(1.15), chromium: both(1.15) };

/** By job and peer: with the documented payload, on each host, from bytes and from text. */
const BOUNDS = {
  summary: {
    ajv: AJV_SUMMARY,
    typia: AJV_SUMMARY,
    zod: { node: both(4.5, 3.5), workerd: both(5.5), chromium: both(4.5, 1.3) },
  },
  verdict: { ajv: { node: both(3.5, 2.5), workerd: both(3.2), chromium: both(3.5, 1) } },
  issues: { ajv: { node: both(2.6, 2), workerd: both(2.5), chromium: both(2.6, 1) } },
  object: { ajv: OBJECT, "JSON.parse": BARE },
  ndjson: { ajv: { node: both(3.3) } },
};

/** With other sizes, this share of it. */
const OTHER_SIZES = 0.75;

/** The bound of a ratio. */
export function bound({ host, job, size, input, peer }) {
  const asked = BOUNDS[job]?.[peer]?.[host]?.[input];
  if (asked === undefined || size === "6 KB, UTF-8") return "none";
  const is_main = job === "ndjson" || size === "6 KB";
  return { at_least: is_main ? asked : Number((asked * OTHER_SIZES).toFixed(3)) };
}
