import type { ComponentChildren } from "preact";
import { CALLS, CONFLICTS, QUARANTINE, STATISTICS } from "../app/router";

const ROOMS = [
  ["calls", "List", CALLS],
  ["statistics", "Statistics", STATISTICS],
  ["conflicts", "Conflicts", CONFLICTS],
  ["quarantine", "Quarantine", QUARANTINE],
] as const;

type RoomName = (typeof ROOMS)[number][0];

/** The ways from one page of the Worker's to the others. */
export function Rooms({ now }: { now: RoomName }) {
  return (
    <nav class="rooms" aria-label="What the Worker keeps">
      {ROOMS.map(([name, title, address]) => (
        <a key={name} href={address} aria-current={name === now ? "page" : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}

/** A page of which there is only this to say. */
export function InRoom({ now, children }: { now: RoomName; children: ComponentChildren }) {
  return (
    <div class="calls">
      <Rooms now={now} />
      {children}
    </div>
  );
}
