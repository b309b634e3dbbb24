import { useSignal } from "@preact/signals";
import { setToken } from "./api";
import { Notice } from "../parts/notice";

/** Asks for the API token. */
export function TokenForm({ refused }: { refused: boolean }) {
  const typed = useSignal("");
  const submit = (event: Event) => {
    event.preventDefault();
    const value = typed.value.trim();
    if (value !== "") setToken(value);
  };
  return (
    <Notice title="Your calls are behind a token">
      <p>
        Enter one of the tokens in the Worker's <code>API_TOKENS</code>. <code>npm start</code> prints it for the Worker
        on your own machine. It is kept until you close this tab, and sent to nobody but this Worker.
      </p>
      <form class="token-form" onSubmit={submit}>
        <label for="token">API token</label>
        <div class="token-row">
          <input
            id="token"
            type="password"
            autocomplete="off"
            spellcheck={false}
            required
            pattern="\s*[!-~]+\s*"
            title="letters, digits and signs, as a header can carry them"
            aria-invalid={refused}
            aria-describedby={refused ? "token-refused" : undefined}
            onInput={(event) => (typed.value = event.currentTarget.value)}
            data-testid="token"
          />
          <button type="submit" class="button primary">
            Show the calls
          </button>
        </div>
        {refused && (
          <p id="token-refused" class="problem" role="alert">
            The Worker did not accept that token. Is it from <code>API_TOKENS</code>, and whole?
          </p>
        )}
      </form>
    </Notice>
  );
}
