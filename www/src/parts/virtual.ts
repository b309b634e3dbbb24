import {
  measureElement,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  type VirtualItem,
  type VirtualizerOptions,
  windowScroll,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

/** Where a reader was in a list: how far the window was scrolled, and how high the rows are that were seen. */
export interface Seat {
  scrolled: number;
  rows: VirtualItem[];
}

export type WindowRows = Virtualizer<Window, HTMLElement>;

/** How many rows are drawn beyond the window on either side, once those in it are seen. */
const BEYOND = 8;

type Options = Pick<VirtualizerOptions<Window, HTMLElement>, "count" | "estimateSize" | "getItemKey"> & {
  /** What holds the rows; it begins somewhere below the top of the page. */
  body: RefObject<HTMLElement | null>;
  /** Where the reader was when the list was last left; null for the top. */
  seat?: Seat | null;
  leave?: (seat: Seat) => void;
};

/**
 * The rows of a long list that are in sight, while the window scrolls. How high a row is, and where the list begins, is
 * heard from the browser once it has laid the page out: whoever asked while rows are being drawn would make it do so at once.
 */
export function useWindowRows({ body, seat = null, leave, ...options }: Options): WindowRows {
  const [, draw] = useReducer<number, void>((times) => times + 1, 0);
  const margin = useRef(0);
  const beyond = useRef(0);
  const whole: VirtualizerOptions<Window, HTMLElement> = {
    ...options,
    overscan: beyond.current,
    scrollMargin: margin.current,
    initialMeasurementsCache: seat?.rows ?? [],
    measureElement: (row, entry, rows) => (entry === undefined ? known(row, rows) : measureElement(row, entry, rows)),
    getScrollElement: () => window,
    initialOffset: () => seat?.scrolled ?? scrollY,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    onChange: () => draw(),
  };
  const [rows] = useState(() => new Virtualizer(whole));
  rows.setOptions(whole);
  // What stands above the rows comes and goes, and whatever holds both grows or shrinks with it.
  useLayoutEffect(() => {
    const whole = body.current?.closest("section");
    if (!whole) return;
    const observer = new ResizeObserver(() => {
      const top = body.current?.offsetTop ?? margin.current;
      if (top === margin.current) return;
      margin.current = top;
      draw();
    });
    observer.observe(whole);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    beyond.current = BEYOND;
    draw();
  }, []);
  useLayoutEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  useLayoutEffect(() => {
    if (seat !== null) scrollTo(0, seat.scrolled);
    return () => leave?.({ scrolled: rows.scrollOffset ?? 0, rows: rows.takeSnapshot() });
  }, []);
  return rows;
}

/** The height that a row is taken to have until it is measured. */
function known(row: HTMLElement, rows: WindowRows): number {
  const index = rows.indexFromElement(row);
  return rows.itemSizeCache.get(rows.options.getItemKey(index)) ?? rows.options.estimateSize(index);
}
