import type { Row } from "./batch";

export type SortKey = "number" | "headline" | "outcome" | "duration_seconds" | "started_at" | "issues";

export interface Sorting {
  by: SortKey;
  down: boolean;
}

type Order = (a: Row, b: Row) => number;

/** Those that lack the value stand last, whichever way it goes. */
function orderOf({ by, down }: Sorting): Order {
  const way = down ? -1 : 1;
  return (a, b) => {
    const x = a[by];
    const y = b[by];
    if (x === y) return a.number - b.number;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y ? -way : way;
  };
}

/**
 * The wanted ones of a list that grows, in order. Each time it is asked it puts what has come since among what it gave
 * before: a batch that is being read is not sorted again and again from its beginning.
 */
export function inOrder(all: readonly Row[], wanted: (row: Row) => boolean, sorting: Sorting): () => readonly Row[] {
  const order = orderOf(sorting);
  let looked = 0;
  let rows: Row[] = [];
  return () => {
    const fresh = all.slice(looked).filter(wanted).sort(order);
    looked = all.length;
    rows = merged(rows, fresh, order);
    return rows;
  };
}

/** Two lists that are each in order as one. */
function merged(rows: Row[], fresh: readonly Row[], order: Order): Row[] {
  const [last, first] = [rows.at(-1), fresh[0]];
  if (first === undefined) return rows;
  if (last === undefined || order(last, first) < 0) {
    for (const row of fresh) rows.push(row);
    return rows;
  }
  const both: Row[] = [];
  let at = 0;
  for (const row of fresh) {
    for (let next = rows[at]; next !== undefined && order(next, row) < 0; next = rows[at]) {
      both.push(next);
      at += 1;
    }
    both.push(row);
  }
  for (; at < rows.length; at += 1) both.push(rows[at] as Row);
  return both;
}
