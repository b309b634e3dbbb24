import type { ComponentChildren } from "preact";

/** Names and what they stand for, one pair below the other. */
export function Rows(props: { rows: readonly (readonly [ComponentChildren, ComponentChildren])[]; name?: string }) {
  return (
    <dl class="rows" data-testid={props.name}>
      {props.rows.map(([name, value], at) => (
        <div key={at}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
