import {
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  type VirtualItem,
  type VirtualizerOptions,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

/** Where a reader was in a list: how far the window was scrolled, and how high the rows are that were seen. */
export interface Seat {
  scrolled: number;
  rows: VirtualItem[];
}

export type WindowRows = Virtualizer<Window, HTMLElement>;

type Options = Pick<VirtualizerOptions<Window, HTMLElement>, "count" | "estimateSize" | "getItemKey"> & {
  /** What holds the rows; it begins somewhere below the top of the page. */
  body: RefObject<HTMLElement | null>;
  /** Where the reader was when the list was last left; null for the top. */
  seat?: Seat | null;
  leave?: (seat: Seat) => void;
};

/** The rows of a long list that are in sight, while the window scrolls. Each row's height is measured when it is drawn. */
export function useWindowRows({ body, seat = null, leave, ...options }: Options): WindowRows {
  const [, draw] = useReducer<number, void>((times) => times + 1, 0);
  const margin = useRef(0);
  const whole: VirtualizerOptions<Window, HTMLElement> = {
    ...options,
    overscan: 8,
    scrollMargin: margin.current,
    initialMeasurementsCache: seat?.rows ?? [],
    getScrollElement: () => window,
    initialOffset: () => seat?.scrolled ?? scrollY,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    onChange: () => draw(),
  };
  const [rows] = useState(() => new Virtualizer(whole));
  rows.setOptions(whole);
  // What stands above the rows comes and goes.
  useLayoutEffect(() => {
    const top = body.current?.offsetTop ?? 0;
    if (top === margin.current) return;
    margin.current = top;
    draw();
  });
  useLayoutEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  useLayoutEffect(() => {
    if (seat !== null) scrollTo(0, seat.scrolled);
    return () => leave?.({ scrolled: rows.scrollOffset ?? 0, rows: rows.takeSnapshot() });
  }, []);
  return rows;
}
