import { readable } from "./format";

export function OutcomePill({ kind }: { kind: string }) {
  return <span class={`pill pill-${kind}`}>{readable(kind)}</span>;
}
