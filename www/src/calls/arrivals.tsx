import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { callAddress } from "../app/router";
import { inspectBytes } from "../inspector/intake";
import { Capped } from "../parts/capped";
import { counted, localTime, readable, size } from "../parts/format";
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { say } from "../parts/saying";
import { Nothing, Text } from "../parts/text";
import { type Arrival, eraseArrival, getArrivals, getRawArrival, type Problem, retryArrival, type Room } from "./api";
import { Body } from "./body";
import { CompareWithStored } from "./comparestored";
import { InRoom, Rooms } from "./rooms";
import { SignedIn } from "./signedin";
import { Trouble } from "./trouble";

const FIRST_ISSUES = 5;

const ABOUT: Record<Room, { title: string; what: string; none: string; calm: string }> = {
  conflicts: {
    title: "Conflicts",
    what: "Bodies that came for a call that was final already, and differ from it. The call stayed as it was.",
    none: "No conflicts",
    calm: "Every body that came for a final call was the same as the one that is kept, byte for byte.",
  },
  quarantine: {
    title: "Quarantine",
    what: "Bodies from somebody with the right credentials that are no valid payload. Nothing of them is lost.",
    none: "Quarantine is empty",
    calm: "Everything that was delivered could be read as a call.",
  },
};

const CHECKS = {
  token: "sent with the webhook's token",
  signature: "sender authenticated by signature",
  both: "sent with the webhook's token, and signed",
} as const;

/** What was delivered and did not become the record of a call. */
export function Arrivals({ room }: { room: Room }) {
  return <SignedIn>{(refuse) => <Listed key={room} room={room} refuse={refuse} />}</SignedIn>;
}

function Listed({ room, refuse }: { room: Room; refuse: () => void }) {
  const rows = useSignal<Arrival[] | null>(null);
  const cursor = useSignal<string | null>(null);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const about = ABOUT[room];
  const load = async (from: string | null) => {
    busy.value = true;
    const answer = await getArrivals(room, from);
    busy.value = false;
    if (answer.ok) {
      rows.value = from === null ? answer.data.arrivals : [...(rows.value ?? []), ...answer.data.arrivals];
      cursor.value = answer.data.cursor;
      problem.value = null;
    } else if (answer.problem.status === 401) refuse();
    else problem.value = answer.problem;
  };
  useEffect(() => void load(null), []);
  const gone = (id: string) => (rows.value = (rows.value ?? []).filter((row) => row.id !== id));

  if (problem.value !== null)
    return (
      <InRoom now={room}>
        <Trouble problem={problem.value} retry={() => void load(cursor.value)} />
      </InRoom>
    );
  if (rows.value === null)
    return (
      <InRoom now={room}>
        <Notice title="Loading …" role="status" />
      </InRoom>
    );
  if (rows.value.length === 0 && cursor.value === null)
    return (
      <InRoom now={room}>
        <Notice title={about.none}>
          <p>{about.calm}</p>
        </Notice>
      </InRoom>
    );
  return (
    <section class="calls" aria-labelledby="room-title" aria-busy={busy.value}>
      <Rooms now={room} />
      <header class="calls-head">
        <h1 id="room-title">{about.title}</h1>
        <p class="quiet">{about.what}</p>
      </header>
      <ul class="arrivals" data-testid={room}>
        {rows.value.map((row) => (
          <Item key={row.id} room={room} row={row} refuse={refuse} gone={gone} />
        ))}
      </ul>
      {cursor.value !== null && (
        <p class="calls-foot">
          <button type="button" class="button" disabled={busy.value} onClick={() => void load(cursor.value)}>
            {busy.value ? "Loading …" : "Show more"}
          </button>
        </p>
      )}
    </section>
  );
}

function Item(props: { room: Room; row: Arrival; refuse: () => void; gone: (id: string) => void }) {
  const { room, row } = props;
  return (
    <li class="arrival panel">
      <header class="arrival-head">
        <div>
          <strong>
            {row.received_at === undefined ? (
              <Nothing>received at an unknown time</Nothing>
            ) : (
              <time dateTime={row.received_at}>{localTime(row.received_at) ?? row.received_at}</time>
            )}
          </strong>
          <p class="quiet">
            {row.size !== undefined && `${size(row.size)}, `}
            {row.check !== undefined && CHECKS[row.check]}
          </p>
        </div>
        <Body
          name={room === "conflicts" ? "conflict" : "body"}
          id={row.id}
          raw={() => getRawArrival(room, row.id)}
          inspect={inspectBytes}
          erase={async () => {
            const answer = await eraseArrival(room, row.id);
            if (!answer.ok && answer.problem.status === 401) props.refuse();
            if (!answer.ok) return false;
            say("It was erased.");
            props.gone(row.id);
            return true;
          }}
        >
          <p>
            {room === "conflicts"
              ? "Only this version goes, for good. The call that is kept stays."
              : "What was delivered goes for good, and no call comes of it."}
          </p>
        </Body>
      </header>
      {row.call_id !== undefined && (
        <p class="arrival-call">
          for the call{" "}
          <a href={callAddress(row.call_id)}>
            <Text of={row.call_id} class="code" />
          </a>
          {row.status !== undefined && (
            <>
              {" "}
              with status <Text of={row.status} class="code" />
            </>
          )}
        </p>
      )}
      <FirstIssues issues={row.issues ?? []} />
      <p class="arrival-tools">
        {room === "quarantine" && <Retry row={row} refuse={props.refuse} gone={props.gone} />}
        {room === "conflicts" && row.call_id !== undefined && (
          <CompareWithStored call_id={row.call_id} id={row.id} refuse={props.refuse} />
        )}
      </p>
    </li>
  );
}

function FirstIssues({ issues }: { issues: NonNullable<Arrival["issues"]> }) {
  if (issues.length === 0) return null;
  return (
    <Capped rows={issues} first={FIRST_ISSUES} noun="issue">
      {(rows) => (
        <ul class="first-issues">
          {rows.map(({ code, pointer }, at) => (
            <li key={at}>
              <span class="severity severity-error">error</span>
              <code>{code}</code>
              <Text of={pointer === "" ? "the whole document" : pointer} class="issue-pointer" />
            </li>
          ))}
        </ul>
      )}
    </Capped>
  );
}

/** Delivers a body once more, by the rules of the Worker's version of today. */
function Retry({ row, refuse, gone }: { row: Arrival; refuse: () => void; gone: (id: string) => void }) {
  const busy = useSignal(false);
  const came = useSignal<ComponentChildren>(null);
  const retry = async () => {
    busy.value = true;
    const answer = await retryArrival(row.id);
    busy.value = false;
    if (!answer.ok) {
      if (answer.problem.status === 401) refuse();
      else if (answer.problem.type.endsWith("unverified"))
        came.value = "It stays: nobody has checked a signature for the call that it names.";
      else came.value = "The Worker could not do it now. Try again.";
    } else if (answer.data.stored === "quarantined") {
      came.value = `It stays: there is still ${counted(answer.data.issues.filter((issue) => issue.severity === "error").length, "error")} in it.`;
    } else {
      say(`It was delivered: ${readable(answer.data.stored)}.`);
      gone(row.id);
    }
  };
  return (
    <>
      <button type="button" class="button" disabled={busy.value} onClick={() => void retry()}>
        <Icon of="reload" />
        Try once more
      </button>
      <span role="status">{came}</span>
    </>
  );
}
