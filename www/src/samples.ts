/** Invented calls to try the inspector with; each is fetched when it is first asked for. */
export const samples = [
  { name: "Booked visit", load: () => import("./samples/booked-visit.json?raw") },
  { name: "Voicemail", load: () => import("./samples/voicemail.json?raw") },
  { name: "Faulty", load: () => import("./samples/faulty.json?raw") },
] as const;

export type Sample = (typeof samples)[number];
