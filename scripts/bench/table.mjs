// What is printed: figures with their spread, beside their bounds.

const number = (figure) => (figure < 10 ? figure.toFixed(2) : figure.toFixed(1)).padStart(7);
const range = ({ median, low, high }) => `${number(median)}  [${number(low)} …${number(high)} ]`;

const asked = (bound) =>
  bound === "none" ? "" : bound.at_least === undefined ? `at most ${bound.at_most}` : `at least ${bound.at_least}`;

const verdict = (holds) => (holds === null ? "" : holds ? "holds" : "MISSED");

function comparisons(list) {
  for (const group of new Set(list.map((each) => each.group))) {
    console.log(`\n  ${group}`);
    for (const each of list.filter((other) => other.group === group)) {
      const line = `    ${each.name.padEnd(46)}${range(each)} x  ${asked(each.bound).padEnd(13)}${verdict(each.holds)}`;
      console.log(line.trimEnd());
    }
  }
}

function sizes(list) {
  console.log(`\n  time by size, ns per byte${"validate".padStart(13)}${"summarize".padStart(36)}`);
  for (const { name, validate, summarize } of list)
    console.log(`    ${name.padEnd(28)}${range(validate)}${" ".repeat(5)}${range(summarize)}`);
}

function memory(list) {
  console.log("\n  memory at the peak, bytes for each byte of the payload");
  for (const { input, peaks } of list) {
    for (const { job, ratio, bound, holds } of peaks)
      console.log(`    ${`${input}: ${job}`.padEnd(46)}${number(ratio)}  ${asked(bound).padEnd(13)}${verdict(holds)}`);
  }
}

/** Prints what was measured on one host. */
export function print(host) {
  console.log(`\n${host.name}; the middle of the samples [and where four fifths of them lie]`);
  comparisons(host.comparisons);
  sizes(host.sizes);
  memory(host.memory);
}
