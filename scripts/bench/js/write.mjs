// The tables and the plot of docs/performance.md, between its marks.

import { readFileSync, writeFileSync } from "node:fs";
import { at } from "../../setup/places.mjs";
import { plot } from "./plot.mjs";
import { bounded, origin, tables } from "./tables.mjs";

const PAGE = at("docs", "performance.md");
const PICTURE = at("docs", "performance.svg");

const row = (cells) => `| ${cells.join(" | ")} |`;
const table = ({ head, rows }) => [row(head), `|${head.map(() => "---|").join("")}`, ...rows.map(row)].join("\n");
const titled = (each) => `### ${each.title}\n\n${table(each)}`;

/** A text with what stands between the marks of a name replaced. Throws where there are none. */
export function between(text, name, content) {
  const [begin, end] = [`<!-- begin ${name} -->\n`, `\n<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there are no marks for "${name}"`);
  return text.slice(0, from + begin.length) + content + text.slice(to);
}

export function write(results, versions) {
  const { asked, ratios, sizes, scale } = tables(results);
  const all = bounded(results);
  const kept = all.filter(({ holds }) => holds).length;
  const parts = {
    origin: origin(results, versions).join("\n"),
    asked: `${table(asked)}\n\nOf all ${all.length} bounds, those of other payloads included, ${kept} hold.`,
    ratios: ratios.map(titled).join("\n\n"),
    sizes: titled(sizes),
    scale: table(scale),
  };
  const page = Object.entries(parts).reduce((text, [name, content]) => between(text, name, content), readFileSync(PAGE, "utf8"));
  writeFileSync(PAGE, page);
  writeFileSync(PICTURE, plot(results));
}
