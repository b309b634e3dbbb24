/** Invented calls to try the inspector with; each is fetched when it is first asked for. */
export const samples = [
  {
    name: "Booked visit",
    about: "a call that went well, but for a transfer",
    load: () => import("./samples/booked-visit.json?raw"),
  },
  { name: "Voicemail", about: "nobody but a machine answered", load: () => import("./samples/voicemail.json?raw") },
  { name: "Loose types", about: "numbers in strings, which can be mended here", load: () => import("./samples/loose-types.json?raw") },
  { name: "Faulty", about: "no valid payload, for many reasons", load: () => import("./samples/faulty.json?raw") },
] as const;

export type Sample = (typeof samples)[number];
