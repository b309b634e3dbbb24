import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Digest, getCalls, type Problem, setToken, token } from "./api";
import { counted, duration, localTime } from "./format";
import { Icon } from "./icon";
import { LeadName, Reveal } from "./lead";
import { Notice } from "./notice";
import { callAddress } from "./router";
import { OutcomePill } from "./summary";
import { Nothing, Text } from "./text";
import { TokenForm } from "./token";
import { Trouble } from "./trouble";

/** The calls that the Worker keeps, newest first. */
export function Calls() {
  const refused = useSignal(false);
  if (token.value === null) return <TokenForm refused={refused.value} />;
  const refuse = () => {
    refused.value = true;
    setToken(null);
  };
  return <List key={token.value} refuse={refuse} />;
}

function List({ refuse }: { refuse: () => void }) {
  const calls = useSignal<Digest[]>([]);
  const cursor = useSignal<string | null>(null);
  const state = useSignal<"loading" | "ready">("loading");
  const problem = useSignal<Problem | null>(null);

  const load = async (from: string | null) => {
    state.value = "loading";
    const answer = await getCalls(from);
    state.value = "ready";
    if (!answer.ok) {
      if (answer.problem.status === 401) refuse();
      else problem.value = answer.problem;
      return;
    }
    problem.value = null;
    calls.value = from === null ? unique(answer.data.calls) : unique([...calls.value, ...answer.data.calls]);
    cursor.value = answer.data.cursor;
  };
  useEffect(() => void load(null), []);

  if (problem.value !== null) return <Trouble problem={problem.value} retry={() => void load(null)} />;
  const busy = state.value === "loading";
  const rows = calls.value;
  if (rows.length === 0 && busy)
    return <Notice title="Loading the calls …" role="status" />;
  if (rows.length === 0 && cursor.value === null) return <Waiting refresh={() => void load(null)} />;
  return (
    <section class="calls" aria-labelledby="calls-title" aria-busy={busy}>
      <header class="calls-head">
        <h1 id="calls-title">Calls</h1>
        <p class="quiet">{`${counted(rows.length, "call")}${cursor.value === null ? "" : " so far"}, newest first`}</p>
        <div class="calls-tools">
          <Reveal what="names" />
          <button type="button" class="small" disabled={busy} onClick={() => void load(null)}>
            <Icon of="reload" />
            Refresh
          </button>
          <button type="button" class="small" onClick={() => setToken(null)}>
            Forget the token
          </button>
        </div>
      </header>
      <table class="calls-table" role="table" data-testid="calls">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Call</th>
            <th role="columnheader" scope="col">Outcome</th>
            <th role="columnheader" scope="col">Status</th>
            <th role="columnheader" scope="col" class="number">Duration</th>
            <th role="columnheader" scope="col">Started</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((call) => (
            <Row key={call.call_id} call={call} />
          ))}
        </tbody>
      </table>
      <p class="calls-foot" role="status">
        {cursor.value !== null && (
          <button type="button" class="button" disabled={busy} onClick={() => void load(cursor.value)}>
            {busy ? "Loading …" : "Show more calls"}
          </button>
        )}
        {cursor.value === null && <span class="quiet">That is every call.</span>}
      </p>
    </section>
  );
}

function Row({ call }: { call: Digest }) {
  const notes = [
    [call.failed_actions ?? 0, "failed action"],
    [call.findings ?? 0, "finding"],
    [call.issues ?? 0, "issue"],
  ] as const;
  const time = call.started_at ?? call.received_at ?? null;
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-call">
        <a class="row-link" href={callAddress(call.call_id)}>
          <Text of={call.headline ?? call.call_id} />
        </a>
        <div class="row-notes">
          {call.lead_name && <LeadName name={call.lead_name} />}
          {notes.map(([value, noun]) => value > 0 && <span key={noun} class="note">{counted(value, noun)}</span>)}
        </div>
      </th>
      <td role="cell">
        <OutcomePill kind={call.outcome ?? "unknown"} />
      </td>
      <td role="cell" class="cell-status">
        {call.status ? <Text of={call.status} class="code" /> : <Nothing>not given</Nothing>}
      </td>
      <td role="cell" class="number">
        {call.duration_seconds == null ? <Nothing>–</Nothing> : duration(call.duration_seconds)}
      </td>
      <td role="cell" class="cell-time">
        {time === null ? <Nothing>not given</Nothing> : <time dateTime={time}>{localTime(time) ?? time}</time>}
        {time !== null && call.started_at == null && <div class="quiet">received; no start given</div>}
      </td>
    </tr>
  );
}

/** No call yet: where to send the first one. */
function Waiting({ refresh }: { refresh: () => void }) {
  return (
    <Notice title="Waiting for your first call">
      <p>Enter this address as the post-call webhook of your agent, with a token of yours in the place of the last part:</p>
      <p>
        <code class="address" data-testid="webhook">{`${location.origin}/webhook/{token}`}</code>
      </p>
      <p class="quiet">
        The tokens are those in the Worker's <code>WEBHOOK_TOKENS</code>. A call can take a minute to appear after it was
        received.
      </p>
      <p>
        <button type="button" class="button primary" onClick={refresh}>
          <Icon of="reload" />
          Look again
        </button>
      </p>
    </Notice>
  );
}

/** An id is shown once, even where storage still lists it twice. */
function unique(calls: readonly Digest[]): Digest[] {
  return [...new Map(calls.map((call) => [call.call_id, call])).values()];
}
