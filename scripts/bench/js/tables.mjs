// The figures as tables: a title, the names of the columns, rows of texts. Printed as text, written as Markdown.

import { PEERS as FILES } from "../../../bench/js/names.mjs";

const JOBS = {
  summary: "validate and summarise",
  verdict: "verdict alone",
  issues: "list of issues",
  object: "whole typed object",
  listed: "object and all issues",
  ndjson: "NDJSON, summaries",
};
const HOSTS = { node: "Node", workerd: "workerd", chromium: "Chromium" };
const PEERS = FILES.map((name) => (name === "json" ? "JSON.parse" : name));

const two = (number) => number.toFixed(2);
const few = (number) => (number < 100 ? number.toPrecision(3) : Math.round(number).toLocaleString("en"));
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

const hosts = (results) => results.filter(({ host }) => host !== undefined);

/** Our time and all ratios on one host. */
function ratios({ host, version, ours, ratios: all }) {
  const rows = ours.map(({ job, size, input, microseconds }) => {
    const of = (peer) => all.find((each) => each.job === job && each.size === size && each.input === input && each.peer === peer);
    const cell = (found) => (found === undefined ? "" : `${two(found.ratio)}${found.holds === false ? " ✗" : ""}`);
    return [JOBS[job], size, input, few(microseconds), ...PEERS.map((peer) => cell(of(peer)))];
  });
  return { title: `${HOSTS[host]} (${version})`, head: ["job", "payload", "input", "ours, µs", ...PEERS], rows };
}

/** The ratios that something is asked of with the documented payload, on all hosts. */
function asked(results) {
  const found = hosts(results).flatMap(({ host, ratios: all }) => all.map((each) => ({ host, ...each })));
  const bounded = found.filter(({ bound, size }) => bound !== "none" && (size === "6 KB" || size === "1,000 lines"));
  const rows = [...new Set(bounded.map(({ job, peer }) => `${job}|${peer}`))].map((key) => {
    const [job, peer] = key.split("|");
    const cell = (host, input) => {
      const one = bounded.find((each) => each.job === job && each.peer === peer && each.host === host && each.input === input);
      if (one === undefined) return "";
      return `${two(one.ratio)} [${two(one.low)} … ${two(one.high)}], asked ${one.bound.at_least} ${one.holds ? "✓" : "✗"}`;
    };
    return [JOBS[job], peer, cell("node", "bytes"), cell("workerd", "bytes"), cell("chromium", "bytes"), cell("node", "string"), cell("chromium", "string")];
  });
  return { title: "What is asked, with the payload of 6 KB", head: ["job", "peer", "Node, bytes", "workerd, bytes", "Chromium, bytes", "Node, text", "Chromium, text"], rows };
}

function sizes({ sizes: all, starts, start }) {
  const rows = all.map(({ name, raw, gzip, brotli }) => {
    const began = starts.find((each) => each.name === name);
    return [name === "json" ? "JSON.parse, nothing checked" : name, kilobytes(raw), kilobytes(gzip), kilobytes(brotli), began ? few(began.median) : "", began ? `${few(began.low)} … ${few(began.high)}` : ""];
  });
  const { ratio, bound, holds } = start;
  return {
    title: `Weight, and load with first use in a fresh process of Node: ours / ajv ${two(ratio)}, asked at most ${bound.at_most} ${holds ? "✓" : "✗"}`,
    head: ["bundle that validates and summarises", "minified, KB", "gzip", "brotli", "start, ms", "four fifths of the starts"],
    rows,
  };
}

function scale({ scale: all }) {
  const rows = all.map(({ bytes, nanoseconds }) => [bytes.toLocaleString("en"), ...["verdict", "summary", "object", "JSON.parse"].map((side) => two(nanoseconds[side]))]);
  return { title: "Time by size in Node, nanoseconds for each byte", head: ["bytes", "ours, verdict", "ours, summary", "ours, object", "JSON.parse"], rows };
}

/** Everything that something is asked of, with whether it holds. */
export const bounded = (results) =>
  results.flatMap(({ host, ratios: all = [], start }) => [
    ...all.map((each) => ({ name: `${HOSTS[host]}: ${JOBS[each.job]}, ${each.size}, ${each.input}, ${each.peer} / ours`, ...each })),
    ...(start === undefined ? [] : [{ ...start, name: `load and first use, ${start.name}` }]),
  ]).filter(({ bound }) => bound !== "none");

/** How far the parts of the rounds lie from their middle, as a share: that of the middle one of all figures. */
export function noise(results) {
  const widths = hosts(results).flatMap(({ ratios: all }) => all.map(({ low, high }) => (high - low) / (high + low)));
  return widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)];
}

/** All tables, in the order in which they are shown. */
export function tables(results) {
  const node = results.find(({ host }) => host === "node");
  const weight = results.find((each) => each.starts);
  return { asked: asked(results), ratios: hosts(results).map(ratios), sizes: sizes(weight), scale: scale(node) };
}

/** How the figures came about, in sentences. */
export function origin(results, { processor, cores, peers }) {
  const named = Object.entries(peers).map(([name, version]) => `${name} ${version}`).join(", ");
  const ways = hosts(results).map(({ host, way }) => `${way} in ${HOSTS[host]}`).join(", ");
  const notes = hosts(results).flatMap(({ host, notes: all }) => Object.entries(all).map(([peer, note]) => `In ${HOSTS[host]} ${peer} is ${note}.`));
  const compared = hosts(results).reduce((sum, each) => sum + each.compared, 0);
  return [
    `${processor}, ${cores} cores; ${hosts(results).map(({ version }) => version).join(", ")}; ${named}.`,
    `${compared.toLocaleString("en")} answers were compared first. Of the ways from bytes to text the peers had the fastest: ${ways}.`,
    ...notes,
    `Half the ratios moved by no more than ±${Math.round(noise(results) * 100)} % between fifths of their rounds.`,
  ];
}
