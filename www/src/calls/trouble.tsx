import type { Problem } from "./api";
import { Notice } from "../parts/notice";
import { listAddress } from "../app/router";
import { Message } from "../parts/issues";
import { Text } from "../parts/text";

/** A problem with the API, and what the reader can do about it. */
export function Trouble({ problem, retry }: { problem: Problem; retry: () => void }) {
  const { title, advice } = say(problem);
  return (
    <Notice title={title} role="alert">
      {advice}
      {problem.detail !== null && (
        <p class="quiet">
          The Worker says: <Message of={problem.detail} />
        </p>
      )}
      <p>
        <button type="button" class="button primary" onClick={retry}>
          Try again
        </button>
      </p>
    </Notice>
  );
}

function say({ status, type, title }: Problem) {
  if (type === "no_api")
    return {
      title: "This address has no API",
      advice: <p>The pages are served without a Worker behind them. Open them at the Worker's own address.</p>,
    };
  if (status === 0)
    return {
      title: "The Worker does not answer",
      advice: (
        <p>
          Is it running? On your own machine, <code>npm start</code> starts it. Otherwise look at your connection.
        </p>
      ),
    };
  if (status === 404)
    return {
      title: "There is no such call",
      advice: (
        <p>
          It was erased or never received. A call that came in within the last minute may take a little longer to
          appear. <a href={listAddress.value}>Back to the calls</a>
        </p>
      ),
    };
  if (status === 503 && type.endsWith("not_configured"))
    return {
      title: "The Worker is not set up yet",
      advice: (
        <p>
          It lacks something without which nobody can read calls. A secret is set locally in <code>.dev.vars</code>, deployed
          with <code>npx wrangler secret put</code> and its name; a binding stands in <code>wrangler.toml</code>.
        </p>
      ),
    };
  if (status === 403)
    return {
      title: "You may not see this",
      advice: (
        <p>
          Something in front of the Worker, such as Cloudflare Access, did not let the request through. Sign in there and
          load the page again, or ask whoever runs the Worker.
        </p>
      ),
    };
  if (status === 429)
    return {
      title: "Too many requests",
      advice: <p>The Worker limits how much one network may ask for. Wait a minute and try again.</p>,
    };
  if (status === 503)
    return {
      title: "The Worker cannot read its storage just now",
      advice: <p>Nothing is lost. Wait a few seconds and try again.</p>,
    };
  return {
    title: "The Worker answered with something else",
    advice: (
      <p>
        Status {status}, <Text of={title} />. Try again; if it stays, <code>npx wrangler tail</code> shows what the Worker
        writes into its log meanwhile.
      </p>
    ),
  };
}
