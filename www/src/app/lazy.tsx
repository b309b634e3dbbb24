import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Notice } from "../parts/notice";

/** A page that is fetched when it is first gone to. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const state = useSignal<"loading" | "ready" | "failed">(loaded === null ? "loading" : "ready");
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (page) => {
          loaded = page;
          state.value = "ready";
        },
        (error: unknown) => {
          state.value = "failed";
          console.error(error);
        },
      );
    }, []);
    if (state.value === "ready" && loaded !== null) {
      const Page = loaded;
      return <Page {...props} />;
    }
    if (state.value === "loading") return <Notice title="Loading the page …" role="status" />;
    return (
      <Notice title="This page did not load" role="alert">
        <p>Look at your connection and load it again. A new version may have come out since you opened it.</p>
        <p>
          <button type="button" class="button primary" onClick={() => location.reload()}>
            Load the page again
          </button>
        </p>
      </Notice>
    );
  };
}
