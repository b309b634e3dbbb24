import { useSignalEffect } from "@preact/signals";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { Call } from "./call";
import { Calls } from "./calls";
import { Inspector } from "./inspector";
import { Notice } from "./notice";
import { CALLS, INSPECTOR, route } from "./router";

const titles = { inspector: "Inspector", calls: "Calls", call: "Call", unknown: "No such page" } as const;

export function App() {
  useSignalEffect(() => {
    document.title = `${titles[route.value.page]} · postcall`;
  });
  const { page } = route.value;
  const main = useFocusOnChange();
  return (
    <>
      <header class="bar">
        <a class="brand" href={INSPECTOR}>
          <img src="/icon.svg" alt="" width="26" height="26" />
          postcall
        </a>
        <nav aria-label="Pages">
          <a href={INSPECTOR} aria-current={page === "inspector" ? "page" : undefined}>
            Inspector
          </a>
          <a href={CALLS} aria-current={page === "calls" ? "page" : page === "call" ? "true" : undefined}>
            Calls
          </a>
        </nav>
        <p class="bar-note">
          {page === "inspector" ? "computed in this page" : "read from your Worker"}
        </p>
      </header>
      <main ref={main} tabIndex={-1}>
        <Guarded key={page} />
      </main>
    </>
  );
}

/** A new page begins at its top, and there the keyboard and the screen reader go on. */
function useFocusOnChange() {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(route.value);
  useEffect(() => {
    if (shown.current === route.value) return;
    shown.current = route.value;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  return main;
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
    case "calls":
      return <Calls />;
    case "call":
      return <Call key={now.call_id} call_id={now.call_id} />;
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
