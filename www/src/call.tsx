import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { getCall, type Problem, setToken, type StoredCall, token } from "./api";
import { CallView } from "./callview";
import { core } from "./core";
import { CoreToCome } from "./coretocome";
import { localTime } from "./format";
import { Icon } from "./icon";
import { turnsOf } from "./inspection";
import { Issues, weights } from "./issues";
import { Json } from "./json";
import { Notice } from "./notice";
import { Panel } from "./panel";
import { CALLS } from "./router";
import { Text } from "./text";
import { TokenForm } from "./token";
import { Trouble } from "./trouble";

/** One call that the Worker keeps. */
export function Call({ call_id }: { call_id: string }) {
  const refused = useSignal(false);
  if (token.value === null) return <TokenForm refused={refused.value} />;
  const refuse = () => {
    refused.value = true;
    setToken(null);
  };
  return <Stored key={token.value} call_id={call_id} refuse={refuse} />;
}

function Stored({ call_id, refuse }: { call_id: string; refuse: () => void }) {
  const call = useSignal<StoredCall | null>(null);
  const problem = useSignal<Problem | null>(null);
  const load = async () => {
    problem.value = null;
    const answer = await getCall(call_id);
    if (answer.ok) call.value = answer.data;
    else if (answer.problem.status === 401) refuse();
    else problem.value = answer.problem;
  };
  useEffect(() => void load(), []);

  if (problem.value !== null) return <Trouble problem={problem.value} retry={() => void load()} />;
  if (call.value === null) return <Notice title="Loading the call …" role="status" />;
  // The conversation is split into turns here.
  if (core.value === null) return <CoreToCome />;
  const { summary, issues, payload, record } = call.value;
  const received = record["received_at"];
  return (
    <div class="stored">
      <p class="crumbs">
        <a href={CALLS}>
          <Icon of="back" />
          Calls
        </a>
        {typeof received === "string" && (
          <span class="quiet">
            received <time dateTime={received}>{localTime(received) ?? <Text of={received} />}</time>
          </span>
        )}
      </p>
      {summary === null ? (
        <>
          <Notice title="This call cannot be read any more">
            <p>What was received is kept, but today's rules find it not valid. The issues say why.</p>
          </Notice>
          <StoredParts issues={issues} payload={payload} record={record} />
        </>
      ) : (
        <CallView summary={summary} turns={turnsOf(payload)}>
          <StoredParts issues={issues} payload={payload} record={record} />
        </CallView>
      )}
    </div>
  );
}

function StoredParts({ issues, payload, record }: Pick<StoredCall, "issues" | "payload" | "record">) {
  return (
    <>
      {issues.length > 0 && (
        <Panel title="Issues" name="issues" aside={weights(issues)}>
          <Issues issues={issues} />
        </Panel>
      )}
      <Json title="Payload as JSON" name="payload-json" value={payload} />
      <Json title="Record as JSON" name="record-json" value={record} />
    </>
  );
}
