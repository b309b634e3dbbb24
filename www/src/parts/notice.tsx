import type { ComponentChildren } from "preact";

/** A whole page's state in place of its content: what is the case, and what to do. */
export function Notice(props: { title: string; role?: "alert" | "status"; children?: ComponentChildren }) {
  return (
    <section class="notice" role={props.role}>
      <h1>{props.title}</h1>
      {props.children}
    </section>
  );
}
