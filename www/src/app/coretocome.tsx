import { coreFailed } from "./core";
import { Notice } from "../parts/notice";

/** What stands in place of what only the core can tell, until it has come. */
export function CoreToCome() {
  if (!coreFailed.value) return <Notice title="Loading the core …" role="status" />;
  return (
    <Notice title="The core did not load" role="alert">
      <p>
        It is the part of the page that reads payloads. Look at your connection, load the page again, and put the payload
        in once more.
      </p>
      <p>
        <button type="button" class="button primary" onClick={() => location.reload()}>
          Load the page again
        </button>
      </p>
    </Notice>
  );
}
