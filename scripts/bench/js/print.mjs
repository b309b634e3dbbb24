// The tables as text.

import { bounded, origin, tables } from "./tables.mjs";

function table({ title, head, rows }) {
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column].length)));
  const line = (row) => `    ${row.map((text, column) => (/^[\d.,… ]/.test(text) ? text.padStart(widths[column]) : text.padEnd(widths[column]))).join("  ")}`.trimEnd();
  console.log(`\n  ${title}\n`);
  for (const row of [head, ...rows]) console.log(line(row));
}

export function print(results, versions) {
  console.log("\nThe package beside its peers: their times to ours; more is better\n");
  for (const sentence of origin(results, versions)) console.log(`  ${sentence}`);
  const { asked, ratios, sizes, scale } = tables(results);
  for (const each of [...ratios, sizes, scale, asked]) table(each);
  const all = bounded(results);
  const missed = all.filter(({ holds }) => !holds);
  console.log(`\n  ${all.length - missed.length} of ${all.length} bounds hold${missed.length > 0 ? "; MISSED:" : ""}`);
  for (const { name, ratio, bound } of missed) console.log(`    ${name}: ${ratio.toFixed(2)} instead of ${bound.at_least ?? bound.at_most}`);
}
