import { useSignalEffect } from "@preact/signals";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { setToken, token } from "../calls/api";
import { Inspector } from "../inspector/inspector";
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { Saying } from "../parts/saying";
import { Help, helping } from "./help";
import { lazy } from "./lazy";
import { CALLS, COMPARE, INSPECTOR, type Route, route } from "./router";

const Compare = lazy(async () => (await import("../inspector/compare")).Compare);
const Calls = lazy(async () => (await import("../calls/calls")).Calls);
const Call = lazy(async () => (await import("../calls/call")).Call);
const Statistics = lazy(async () => (await import("../calls/statistics")).Statistics);
const Arrivals = lazy(async () => (await import("../calls/arrivals")).Arrivals);
const Shared = lazy(async () => (await import("../inspector/shared")).Shared);

const titles: Record<Route["page"], string> = {
  inspector: "Inspector",
  compare: "Compare",
  shared: "Shared summary",
  calls: "Calls",
  call: "Call",
  statistics: "Statistics",
  quarantine: "Quarantine",
  conflicts: "Conflicts",
  unknown: "No such page",
};

/** The pages that compute here; the others read from the Worker. */
const HERE = new Set<Route["page"]>(["inspector", "compare", "shared", "unknown"]);

export function App() {
  useSignalEffect(() => {
    document.title = `${titles[route.value.page]} · postcall`;
  });
  const { page } = route.value;
  const main = useFocusOnChange();
  const here = HERE.has(page);
  return (
    <>
      <header class="bar">
        <a class="brand" href={INSPECTOR} aria-label="postcall">
          <img src="/icon.svg" alt="" width="26" height="26" />
          <span>postcall</span>
        </a>
        <nav aria-label="Pages">
          <a href={INSPECTOR} aria-current={page === "inspector" ? "page" : undefined}>
            Inspector
          </a>
          <a href={COMPARE} aria-current={page === "compare" ? "page" : undefined}>
            Compare
          </a>
          <a href={CALLS} aria-current={page === "calls" ? "page" : here ? undefined : "true"}>
            Calls
          </a>
        </nav>
        <p class="bar-note">{here ? "computed in this page" : "read from your Worker"}</p>
        {!here && token.value !== null && (
          <button type="button" class="small bar-out" title="Forget the token" onClick={() => setToken(null)}>
            <Icon of="lock" />
            <span>Forget the token</span>
          </button>
        )}
        <button type="button" class="small bar-help" aria-label="Help" title="Help (?)" onClick={() => (helping.value = true)}>
          ?
        </button>
      </header>
      <main ref={main} tabIndex={-1}>
        <Guarded key={page} />
      </main>
      <Saying />
      <Help />
    </>
  );
}

/**
 * A new page begins at its top, and there the keyboard and the screen reader go on: also where the token was given or
 * forgotten, which takes away what had the focus. The list knows its own place.
 */
function useFocusOnChange() {
  const main = useRef<HTMLElement>(null);
  const look = () => `${token.value === null} ${subject(route.value)}`;
  const shown = useRef(look());
  useEffect(() => {
    const now = look();
    if (shown.current === now) return;
    shown.current = now;
    main.current?.focus({ preventScroll: true });
    if (route.value.page !== "calls") scrollTo(0, 0);
  });
  return main;
}

/** What an address is about, whatever it is narrowed to. */
function subject(of: Route): string {
  return of.page === "call" ? `call ${of.call_id}` : of.page === "shared" ? `shared ${of.packed}` : of.page;
}

/** A page, or what stands in its place when it cannot be drawn: a fault of ours must not leave a blank screen. */
function Guarded() {
  const [fault, forget] = useErrorBoundary((error) => console.error(error));
  if (fault === undefined) return <Page />;
  return (
    <Notice title="This page cannot show that" role="alert">
      <p>Something in it is not as the page expects: a fault of the page, not of your call. Nothing was sent or lost.</p>
      <p>
        <button type="button" class="button primary" onClick={forget}>
          Try again
        </button>
      </p>
    </Notice>
  );
}

function Page() {
  const now = route.value;
  switch (now.page) {
    case "inspector":
      return <Inspector />;
    case "compare":
      return <Compare />;
    case "shared":
      return <Shared key={now.packed} packed={now.packed} />;
    case "calls":
      return <Calls />;
    case "call":
      return <Call key={now.call_id} call_id={now.call_id} />;
    case "statistics":
      return <Statistics />;
    case "quarantine":
    case "conflicts":
      return <Arrivals room={now.page} />;
    case "unknown":
      return (
        <Notice title="There is no such page">
          <p>
            The address names none of the pages here. Go to the <a href={INSPECTOR}>inspector</a> or to the{" "}
            <a href={CALLS}>calls</a>.
          </p>
        </Notice>
      );
  }
}
