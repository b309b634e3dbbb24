import type { ComponentChildren } from "preact";

/**
 * Text that came in a payload: always a text node, always on its own in the bidirectional order of the line, so that it
 * can neither act nor rearrange what stands beside it.
 */
export function Text({ of, class: name }: { of: string; class?: string }) {
  return (
    <bdi class={name === undefined ? "text" : `text ${name}`} dir="auto">
      {visible(of)}
    </bdi>
  );
}

/** Control characters as their symbols (U+2400 …), so that they are seen. Line feeds and tabs are layout and stay. */
export function visible(text: string): string {
  return text.replaceAll(/[\0-\x08\x0b-\x1f\x7f]/g, (control) =>
    String.fromCharCode(control === "\x7f" ? 0x2421 : 0x2400 + control.charCodeAt(0)),
  );
}

/** Any JSON value of a payload. */
export function Value({ of }: { of: unknown }) {
  if (typeof of === "string") return of === "" ? <Nothing>empty text</Nothing> : <Text of={of} />;
  if (of === null || of === undefined) return <Nothing>nothing</Nothing>;
  if (typeof of !== "object") return <code>{String(of)}</code>;
  return <pre class="value">{visible(JSON.stringify(of, null, 2))}</pre>;
}

/** A word of ours that says that there is no value. */
export function Nothing({ children }: { children: ComponentChildren }) {
  return <span class="nothing">{children}</span>;
}

/**
 * A payload's address as a link, where it is one that a reader may safely follow: `https:` and no credentials in it.
 * Anything else is text.
 */
export function SafeLink({ to, children }: { to: string; children: ComponentChildren }) {
  const url = safeUrl(to);
  if (url === null) return <Text of={to} />;
  return (
    <a href={url.href} target="_blank" rel="noopener noreferrer" referrerpolicy="no-referrer">
      {children} <span class="quiet">
        (<Text of={url.host} />)
      </span>
    </a>
  );
}

export function safeUrl(text: string): URL | null {
  if (!/^https:\/\//i.test(text)) return null;
  const url = URL.parse(text);
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "") return null;
  return url;
}
