import { useSignal } from "@preact/signals";
import { count, share } from "../parts/format";

export interface Column {
  /** What the column stands for, in full. */
  name: string;
  /** The same as it stands below the column, where there is room for it. */
  label: string;
  calls: number;
}

const HEIGHT = 100;
/** Labels under the columns, as many as fit a phone. */
const MOST_LABELS = 5;
/** Fewer columns than this are kept slim. */
const FEW = 12;

/**
 * Calls in columns, in the order given. The drawing has one sentence for those who do not see it, and a table with every
 * number behind a button; whoever points at a column reads it above.
 */
export function Columns({ title, noun, columns }: { title: string; noun: string; columns: readonly Column[] }) {
  const pointed = useSignal<number | null>(null);
  const most = Math.max(1, ...columns.map((column) => column.calls));
  const total = columns.reduce((sum, column) => sum + column.calls, 0);
  const peak = columns.find((column) => column.calls === most);
  const shown = pointed.value === null ? undefined : columns[pointed.value];
  const every = Math.max(1, Math.ceil(columns.length / MOST_LABELS));
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="chart-told" aria-hidden="true">
          {shown === undefined
            ? peak !== undefined && `most: ${peak.name}, ${count(peak.calls)}`
            : `${shown.name}: ${count(shown.calls)}${total > 0 ? ` (${share(shown.calls / total)})` : ""}`}
        </span>
      </figcaption>
      <svg
        class="drawn"
        role="img"
        aria-label={`${title}: ${count(total)} in all${peak === undefined ? "" : `, most at ${peak.name} with ${count(peak.calls)}`}. The table below has every number.`}
        viewBox={`0 0 ${Math.max(1, columns.length) * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        onPointerLeave={() => (pointed.value = null)}
      >
        {columns.map(({ name, calls }, at) => {
          // What is there at all is seen, however little it is beside the rest.
          const high = calls === 0 ? 0 : Math.max(1.5, (calls / most) * HEIGHT);
          const wide = columns.length > 60 ? 9 : columns.length < FEW ? 6 : 8;
          return (
            <g key={name} class={pointed.value === at ? "column pointed" : "column"} onPointerEnter={() => (pointed.value = at)}>
              <rect class="column-room" x={at * 10} y="0" width="10" height={HEIGHT} />
              <rect class="column-bar" x={at * 10 + (10 - wide) / 2} y={HEIGHT - high} width={wide} height={high} />
            </g>
          );
        })}
      </svg>
      <div class={columns.length < FEW ? "column-labels" : "column-labels many"} aria-hidden="true">
        {columns.map(({ name, label }, at) => (
          <span key={name}>{at % every === 0 ? label : ""}</span>
        ))}
      </div>
      <details class="twin">
        <summary>As a table</summary>
        <div class="twin-room" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{noun}</th>
                <th scope="col" class="number">
                  Calls
                </th>
              </tr>
            </thead>
            <tbody>
              {columns.map(({ name, calls }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td class="number">{count(calls)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
