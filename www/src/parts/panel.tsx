import type { ComponentChildren } from "preact";

/** A titled part of a call. */
export function Panel(props: { title: string; aside?: ComponentChildren; name: string; children: ComponentChildren }) {
  const id = `panel-${props.name}`;
  return (
    <section class={`panel panel-${props.name}`} aria-labelledby={id}>
      <header class="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside !== undefined && <div class="panel-aside">{props.aside}</div>}
      </header>
      {props.children}
    </section>
  );
}

/** A sentence where there is nothing to list. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
