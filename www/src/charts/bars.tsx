import type { WordCounts } from "postcall";
import { count, readable, share } from "../parts/format";
import { Empty } from "../parts/panel";
import { Text } from "../parts/text";
import type { Judged } from "./stats";

/** Words that stand first; the rest is one row. */
const MOST_WORDS = 10;

/** How many calls have which word: a table whose middle column is drawn. With `to`, a word leads to its calls. */
export function WordBars(props: {
  title: string;
  noun: string;
  words: WordCounts;
  /** Whether the words are outcomes, which have colours of their own. */
  tones?: boolean;
  to?: ((word: string) => string) | undefined;
}) {
  const { title, noun, words, tones, to } = props;
  const rows: { word: string; calls: number; ours: boolean }[] = words.counts
    .slice(0, MOST_WORDS)
    .map((row) => ({ ...row, ours: false }));
  const others = words.counts.slice(MOST_WORDS).reduce((sum, row) => sum + row.calls, words.other);
  if (others > 0) rows.push({ word: "others", calls: others, ours: true });
  if (words.none > 0) rows.push({ word: "not given", calls: words.none, ours: true });
  const total = rows.reduce((sum, row) => sum + row.calls, 0);
  const most = Math.max(1, ...rows.map((row) => row.calls));
  return (
    <table class="bars">
      <caption>{title}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{noun}</th>
          <td />
          <th scope="col">Calls</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ word, calls, ours }) => (
          <tr key={`${ours}${word}`}>
            <th scope="row">
              <Word of={word} ours={ours} to={to} />
            </th>
            <td class="bar-room" aria-hidden="true">
              <Bar parts={[[tones === true && !ours ? `tone-${word}` : "tone-plain", calls]]} whole={most} />
            </td>
            <td class="number">{count(calls)}</td>
            <td class="number quiet">{total === 0 ? "" : share(calls / total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Word({ of, ours, to }: { of: string; ours: boolean; to?: ((word: string) => string) | undefined }) {
  if (ours) return <em>{of}</em>;
  const text = <Text of={readable(of)} />;
  return to === undefined ? text : <a href={to(of)}>{text}</a>;
}

/** The judge's verdicts on each criterion that applied to any call, those first that were met least. */
export function CriterionBars({ criteria }: { criteria: readonly Judged[] }) {
  const rows = criteria
    .map((row) => ({ ...row, applied: row.passed + row.partial + row.failed }))
    .filter((row) => row.applied > 0)
    .map((row) => ({ ...row, met: row.passed / row.applied }))
    .sort((a, b) => a.met - b.met || b.applied - a.applied);
  if (rows.length === 0) return <Empty>None of these calls was judged.</Empty>;
  return (
    <table class="bars criteria">
      <caption>
        Verdicts <span class="quiet">where the criterion applied, the least met first</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Criterion</th>
          <td />
          <th scope="col" class="number">
            Met
          </th>
          <th scope="col" class="number wide-only">
            Partly
          </th>
          <th scope="col" class="number wide-only">
            Not met
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.criterion}>
            <th scope="row">
              <Text of={readable(row.criterion)} />
            </th>
            <td class="bar-room" aria-hidden="true">
              <Bar
                parts={[
                  ["tone-passed", row.passed],
                  ["tone-partial", row.partial],
                  ["tone-failed", row.failed],
                ]}
                whole={row.applied}
              />
            </td>
            <td class="number">{share(row.met)}</td>
            <td class="number wide-only">{count(row.partial)}</td>
            <td class="number wide-only">{count(row.failed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Parts of a whole, side by side. */
function Bar({ parts, whole }: { parts: readonly (readonly [string, number])[]; whole: number }) {
  let x = 0;
  return (
    <svg class="bar-drawing" viewBox="0 0 100 10" preserveAspectRatio="none" focusable="false">
      {parts.map(([tone, calls]) => {
        const wide = (calls / whole) * 100;
        const from = x;
        x += wide;
        return wide > 0 && <rect key={tone} class={tone} x={from} y="0" width={Math.max(0.8, wide)} height="10" />;
      })}
    </svg>
  );
}
