/** Small line drawings, 16 units square. They decorate: the words beside them say it all. */
const drawings = {
  check: "m3 8.5 3.2 3.2L13 4.8",
  cross: "m4 4 8 8m0-8-8 8",
  alert: "M8 3.2v5.6m0 3v.2",
  file: "M9.5 2H4v12h8V4.5zM9.5 2v2.5H12",
  copy: "M6 6h7v7H6zM3 10V3h7",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  lock: "M4 7h8v6H4zm1.8 0V5a2.2 2.2 0 0 1 4.4 0v2",
  reload: "M13 8a5 5 0 1 1-1.5-3.5M13 2.5v3h-3",
  back: "M9.5 3.5 5 8l4.5 4.5",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4 14 14",
  filter: "M2 4h12M4.5 8h7M6.5 12h3",
  erase: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.5m2.4-3.5v3.5",
  save: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13h10",
  play: "M5 3.2v9.6l7.5-4.8z",
  none: "M4.5 8h7",
  next: "M6.5 3.5 11 8l-4.5 4.5",
  link: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
  send: "M14 2 7 9M14 2 9.5 14 7 9 2 6.5z",
} as const;

export function Icon({ of }: { of: keyof typeof drawings }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={drawings[of]} />
    </svg>
  );
}
