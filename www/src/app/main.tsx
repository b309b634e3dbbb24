import { render } from "preact";
import { prepareBatch } from "../inspector/batch";
import { samples } from "../inspector/samples";
import { prepareFormats } from "../parts/format";
import { App } from "./app";
import { loadCore } from "./core";
import { listenToKeys } from "./keyboard";
import "../style/base.css";
import "../style/parts.css";
import "../style/inspector.css";
import "../style/summary.css";
import "../style/call.css";
import "../style/calls.css";
import "../style/charts.css";
import "../style/filters.css";
import "../style/rooms.css";

const root = document.getElementById("app");
if (root === null) throw new Error("the page has no #app to draw in");
render(<App />, root);
listenToKeys();
void loadCore().then(prepare);

/** What the inspector needs later is made and fetched while nobody waits for it: from then on it works without a network. */
function prepare(): void {
  // Safari has no word for an idle moment.
  const whenIdle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 500));
  whenIdle(() => {
    prepareFormats();
    prepareBatch();
    const rooms = [
      import("../inspector/batchview"),
      import("../inspector/compare"),
      import("../inspector/merge"),
      import("../inspector/shared"),
    ];
    for (const part of [...rooms, ...samples.map((sample) => sample.load())])
      part.catch((error: unknown) => console.error(error));
  });
}
