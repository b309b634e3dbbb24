import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { core } from "../app/core";
import { CoreToCome } from "../app/coretocome";
import { go, listAddress } from "../app/router";
import { CallView } from "../call/callview";
import { turnsOf } from "../call/turns";
import { inspectBytes } from "../inspector/intake";
import { counted, localTime } from "../parts/format";
import { Icon } from "../parts/icon";
import { Issues, weights } from "../parts/issues";
import { Json } from "../parts/json";
import { Notice } from "../parts/notice";
import { Panel } from "../parts/panel";
import { say } from "../parts/saying";
import { Text } from "../parts/text";
import { type Answer, eraseCall, getCall, getRawCall, type Problem, type StoredCall } from "./api";
import { Body } from "./body";
import { forget } from "./feed";
import { Recording } from "./recording";
import { SignedIn } from "./signedin";
import { Trouble } from "./trouble";

/** One call that the Worker keeps. */
export function Call({ call_id }: { call_id: string }) {
  return <SignedIn>{(refuse) => <Stored call_id={call_id} refuse={refuse} />}</SignedIn>;
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
  const { summary, payload, record } = call.value;
  const received = record["received_at"];
  return (
    <div class="stored">
      <div class="crumbs">
        <a href={listAddress.value}>
          <Icon of="back" />
          Calls
        </a>
        {typeof received === "string" && (
          <span class="quiet">
            received <time dateTime={received}>{localTime(received) ?? <Text of={received} />}</time>
          </span>
        )}
        <Body
          name="call"
          id={call_id}
          raw={() => withToken(getRawCall(call_id), refuse)}
          inspect={inspectBytes}
          erase={async () => {
            const answer = await withToken(eraseCall(call_id), refuse);
            if (!answer.ok) return false;
            forget(call_id);
            say("The call was erased.");
            go(listAddress.value);
            return true;
          }}
        >
          <p>Its record, its row in the list and every other version of it go for good. The platform is not told.</p>
        </Body>
      </div>
      <Others conflicts={record.conflicts ?? []} />
      {summary === null ? (
        <>
          <Notice title="This call cannot be read any more">
            <p>What was received is kept, but today's rules find it not valid. The issues say why.</p>
          </Notice>
          <StoredParts call={call.value} />
        </>
      ) : (
        <CallView
          summary={summary}
          payload={payload}
          turns={turnsOf(payload)}
          urgent={summary.recording_url !== null && <Recording address={summary.recording_url} />}
        >
          <StoredParts call={call.value} />
        </CallView>
      )}
    </div>
  );
}

async function withToken<Data>(asked: Promise<Answer<Data>>, refuse: () => void): Promise<Answer<Data>> {
  const answer = await asked;
  if (!answer.ok && answer.problem.status === 401) refuse();
  return answer;
}

/** That other bodies came for the same call, and where they are. */
function Others({ conflicts }: { conflicts: readonly unknown[] }) {
  if (conflicts.length === 0) return null;
  return (
    <p class="others">
      <Icon of="alert" />
      <span>
        {`${counted(conflicts.length, "other version")} of this call came after it was final. `}
        <a href="#/conflicts">See the conflicts</a>
      </span>
    </p>
  );
}

function StoredParts({ call: { issues, payload, record } }: { call: StoredCall }) {
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
