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
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";

/** Where a reader was in a list: how far the window was scrolled, and how high the rows are that were seen. */
export interface Seat {
  scrolled: number;
  rows: VirtualItem[];
}

export type WindowRows = Virtualizer<Window, HTMLElement>;

/** How many rows are drawn beyond the window on either side, once those in it are seen. */
const BEYOND = 8;

interface Options<Row> {
  /** All rows. They may grow in place; rows in another order are another list. */
  all: readonly Row[];
  /** What a row is known by wherever it stands; always the same function. */
  keyOf: (row: Row) => string | number;
  /** What a row is taken to be high before it has been drawn. */
  rowPx: number;
  /** What holds the rows; it begins somewhere below the top of the page. */
  body: RefObject<HTMLElement | null>;
  /** Where the reader was when the list was last left; null for the top. */
  seat?: Seat | null;
  leave?: (seat: Seat) => void;
}

/**
 * The rows of a long list that are in sight, while the window scrolls. How high a row is, and where the list begins, is
 * heard from the browser once it has laid the page out: whoever asked while rows are being drawn would make it do so at once.
 */
export function useWindowRows<Row>({ all, keyOf, rowPx, body, seat = null, leave }: Options<Row>): WindowRows {
  const [, draw] = useReducer<number, void>((times) => times + 1, 0);
  const margin = useRef(0);
  const beyond = useRef(0);
  // Where this is another function, the places of all rows are computed anew.
  const getItemKey = useCallback(
    (index: number) => {
      const row = all[index];
      return row === undefined ? index : keyOf(row);
    },
    [all, keyOf],
  );
  const whole: VirtualizerOptions<Window, HTMLElement> = {
    count: all.length,
    estimateSize: () => rowPx,
    getItemKey,
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
