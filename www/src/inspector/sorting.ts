import type { Row } from "./batch";

export type SortKey = "number" | "headline" | "outcome" | "duration_seconds" | "started_at" | "issues";

export interface Sorting {
  by: SortKey;
  down: boolean;
}

/** Rows in order; those that lack the value stand last, whichever way it goes. */
export function sorted(rows: readonly Row[], { by, down }: Sorting): readonly Row[] {
  if (by === "number" && !down) return rows;
  const way = down ? -1 : 1;
  return rows.toSorted((a, b) => {
    const x = a[by];
    const y = b[by];
    if (x === y) return a.number - b.number;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y ? -way : way;
  });
}
