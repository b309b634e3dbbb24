import { type Signal, useSignal } from "@preact/signals";
import { core } from "../app/core";
import { copied } from "../parts/clipboard";
import { Field } from "../parts/field";
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { say } from "../parts/saying";
import type { Problem } from "./api";
import { InRoom } from "./rooms";
import { sendTestCall } from "./testcall";

/** No call yet: where to send the first one, and a way to try it. */
export function Waiting({ busy, look }: { busy: boolean; look: () => void }) {
  const address = `${location.origin}/webhook/{token}`;
  return (
    <InRoom now="calls">
      <Notice title="Waiting for your first call">
        <p>
          Enter this address as the post-call webhook of your agent, with a token of yours in the place of the last part:
        </p>
        <p class="address-row">
          <code class="address" data-testid="webhook">
            {address}
          </code>
          <button type="button" class="button" onClick={async () => say(await copied(address))}>
            <Icon of="copy" />
            Copy
          </button>
        </p>
        <p class="quiet">
          The tokens are those in the Worker's <code>WEBHOOK_TOKENS</code>. The list looks for calls every two minutes; one
          can take a minute to appear after it was received.
        </p>
        <TestCall look={look} />
        <p>
          <button type="button" class="button" disabled={busy} onClick={look}>
            <Icon of="reload" />
            Look again
          </button>
        </p>
      </Notice>
    </InRoom>
  );
}

/** Sends an invented call through the webhook, to see that it arrives. */
function TestCall({ look }: { look: () => void }) {
  const token = useSignal("");
  const secret = useSignal("");
  const sending = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (core.value === null) return;
    sending.value = true;
    const answer = await sendTestCall(core.value, { token: token.value.trim(), secret: secret.value.trim() });
    sending.value = false;
    problem.value = answer.ok ? null : answer.problem;
    if (!answer.ok) return;
    say("The test call was stored.");
    look();
  };
  return (
    <form class="test-call" onSubmit={submit} aria-label="Test call">
      <h2>Try it with a test call</h2>
      <p class="quiet">An invented call goes through the webhook as yours will. Fill in what this Worker asks for.</p>
      <div class="test-call-fields">
        <Secret name="Webhook token" test="webhook-token" into={token} />
        <Secret name="Signing secret, if there is one" test="signing-secret" into={secret} />
        <button
          type="submit"
          class="button primary"
          disabled={core.value === null || sending.value || (token.value.trim() === "" && secret.value.trim() === "")}
        >
          <Icon of="send" />
          Send a test call
        </button>
      </div>
      {problem.value !== null && (
        <p class="problem" role="alert">
          {refusal(problem.value)}
        </p>
      )}
    </form>
  );
}

function Secret({ name, test, into }: { name: string; test: string; into: Signal<string> }) {
  return (
    <Field name={name}>
      <input
        type="password"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => (into.value = event.currentTarget.value)}
        data-testid={test}
      />
    </Field>
  );
}

function refusal({ status }: Problem): string {
  if (status === 401)
    return "The Worker did not accept it. It wants a token of its WEBHOOK_TOKENS and, where SIGNING_SECRETS are set, one of them too.";
  if (status === 0) return "The Worker does not answer. Is it running?";
  if (status === 503) return "The Worker takes no deliveries just now: it is not configured for them, or its storage is not available.";
  return `The Worker answered with status ${status}.`;
}
