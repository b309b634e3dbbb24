import type { ComponentChildren } from "preact";

/** What is typed or chosen, below its name, or beside it in a row. */
export function Field(props: { name: string; row?: true; children: ComponentChildren }) {
  return (
    <label class={props.row ? "field field-row" : "field"}>
      <span>{props.name}</span>
      {props.children}
    </label>
  );
}
