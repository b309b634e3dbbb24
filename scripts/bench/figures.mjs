// From samples to what a table shows.

/** The middle of some samples, and between which values four fifths of them lie. */
export function spread(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}

/** The time of a quiet moment: a fifth of the bursts were faster, and what disturbs the others only adds. */
export const quiet = (times) => [...times].sort((a, b) => a - b)[Math.round(0.2 * (times.length - 1))];

/** Whether a figure keeps to its bound; null where there is none. */
export function holds(figure, bound) {
  if (bound === "none") return null;
  return figure >= (bound.at_least ?? -Infinity) && figure <= (bound.at_most ?? Infinity);
}

/** A comparison with the ratios of its rounds. */
export function compared({ group, name, bound }, ratios) {
  const figures = spread(ratios);
  return { group, name, bound, ...figures, holds: holds(figures.median, bound) };
}

// Bytes in memory at the peak for each byte of the payload, the payload included.
const MEMORY_BOUND = { at_most: 2 };

/** A payload's memory, beside the bound. */
export function remembered({ input, bytes, validate, summarize }) {
  const peak = (job, heap) => {
    const ratio = (bytes + heap) / bytes;
    return { job, ratio, bound: MEMORY_BOUND, holds: holds(ratio, MEMORY_BOUND) };
  };
  return { input, bytes, peaks: [peak("validate", validate), peak("summarize", summarize)] };
}
