// The plot of docs/performance.md: what a summary of the documented payload costs each peer beside us, on every host, and our
// time by the size of the payload beside that of `JSON.parse`.

const HOSTS = { node: ["Node", "#2f6f4f"], workerd: ["workerd", "#c96f1a"], chromium: ["Chromium", "#2b62a8"] };
const SIDES = { verdict: ["ours, verdict", "#2f6f4f"], summary: ["ours, summary", "#c96f1a"], object: ["ours, object", "#2b62a8"], "JSON.parse": ["JSON.parse", "#777777"] };
const WIDTH = 760;
const LEFT = 110;

const text = (x, y, words, more = "") => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${words}</text>`;
const legend = (entries, y) => entries.map(([name, colour], at) =>
  `<rect x="${LEFT + at * 150}" y="${y - 9}" width="10" height="10" fill="${colour}"/>${text(LEFT + 15 + at * 150, y, name)}`).join("");

/** Bars: a group for each peer, in it one bar for each host. */
function bars(hosts, top) {
  const found = hosts.map(({ host, ratios }) => ({ host, ratios: ratios.filter((each) => each.job === "summary" && each.size === "6 KB" && each.input === "bytes") }));
  const peers = found[0].ratios.map(({ peer }) => peer);
  const most = Math.max(1, ...found.flatMap(({ ratios }) => ratios.map(({ ratio }) => ratio)));
  const scaled = (ratio) => (ratio / most) * (WIDTH - LEFT - 50);
  const height = found.length * 11 + 8;
  const group = (peer, number) => {
    const y = top + 34 + number * height;
    const bar = ({ host, ratios }, at) => {
      const { ratio } = ratios.find((each) => each.peer === peer);
      const from = y + at * 11;
      return `<rect x="${LEFT}" y="${from}" width="${scaled(ratio).toFixed(1)}" height="9" fill="${HOSTS[host][1]}"/>${text(LEFT + scaled(ratio) + 4, from + 8, ratio.toFixed(1))}`;
    };
    return text(LEFT - 8, y + height / 2, peer, 'text-anchor="end"') + found.map(bar).join("");
  };
  const end = top + 34 + peers.length * height;
  const one = LEFT + scaled(1);
  const level = `<line x1="${one.toFixed(1)}" x2="${one.toFixed(1)}" y1="${top + 28}" y2="${end}" stroke="currentColor" stroke-dasharray="3 3"/>`;
  return { end, drawn: text(10, top, "Validate and summarise 6 KB of bytes: time of the peer / ours", 'font-weight="bold"') + legend(found.map(({ host }) => HOSTS[host]), top + 19) + peers.map(group).join("") + level };
}

/** Lines: nanoseconds for each byte, both axes logarithmic. */
function lines(scale, top) {
  const [height, width] = [190, WIDTH - LEFT - 40];
  const values = scale.flatMap(({ nanoseconds }) => Object.values(nanoseconds));
  const [low, high] = [Math.min(...values) * 0.9, Math.max(...values) * 1.1].map(Math.log10);
  const [least, most] = [scale[0].bytes, scale.at(-1).bytes].map(Math.log10);
  const x = (bytes) => LEFT + ((Math.log10(bytes) - least) / (most - least)) * width;
  const y = (value) => top + 40 + (1 - (Math.log10(value) - low) / (high - low)) * height;
  const level = (value) => `<line x1="${LEFT}" x2="${LEFT + width}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="currentColor" stroke-opacity="0.15"/>${text(LEFT - 8, y(value) + 4, String(value), 'text-anchor="end"')}`;
  const levels = [0.2, 0.5, 1, 2, 5, 10, 20].filter((value) => Math.log10(value) > low && Math.log10(value) < high).map(level);
  const size = (bytes) => (bytes < 0.95e6 ? `${Math.round(bytes / 1e3)} KB` : `${Math.round(bytes / 1e6)} MB`);
  const ticks = scale.map(({ bytes }) => text(x(bytes), top + 58 + height, size(bytes), 'text-anchor="middle"'));
  const line = ([side, [, colour]]) => `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${scale.map(({ bytes, nanoseconds }) => `${x(bytes).toFixed(1)},${y(nanoseconds[side]).toFixed(1)}`).join(" ")}"/>`;
  return { end: top + 70 + height, drawn: text(10, top, "Time by size in Node, from bytes: nanoseconds for each byte", 'font-weight="bold"') + legend(Object.values(SIDES), top + 19) + levels.join("") + ticks.join("") + Object.entries(SIDES).map(line).join("") };
}

/** The plot as SVG. It takes the colour of the text around it, so that it is read on light and on dark pages. */
export function plot(results) {
  const above = bars(results.filter(({ host }) => host !== undefined), 22);
  const below = lines(results.find(({ host }) => host === "node").scale, above.end + 40);
  const style = "<style>svg{color:#222;background:#fff}text{fill:currentColor;font:12px system-ui,sans-serif}@media(prefers-color-scheme:dark){svg{color:#ddd;background:#161616}}</style>";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${below.end}" role="img" aria-label="Times of the peers beside ours, and our time by size">${style}${above.drawn}${below.drawn}</svg>\n`;
}
