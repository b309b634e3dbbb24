import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { INSPECTOR } from "../app/router";
import { Tallies } from "../call/judge";
import { count, counted, duration, readable, share } from "../parts/format";
import { Notice } from "../parts/notice";
import { Empty, Panel } from "../parts/panel";
import { OutcomePill } from "../parts/pill";
import { Rows } from "../parts/rows";
import { Nothing, Text } from "../parts/text";
import { type Redacted, readShared } from "./share";

/** A redacted summary, out of the link that holds it. */
export function Shared({ packed }: { packed: string }) {
  const shared = useSignal<Redacted | "reading" | null>("reading");
  useEffect(() => void readShared(packed).then((read) => (shared.value = read)), []);
  if (shared.value === "reading") return <Notice title="Reading the link …" role="status" />;
  if (shared.value === null)
    return (
      <Notice title="This link holds no summary" role="alert">
        <p>
          It may have been cut on its way. Ask for it again, or go to the <a href={INSPECTOR}>inspector</a>.
        </p>
      </Notice>
    );
  return <Summary of={shared.value} />;
}

function Summary({ of }: { of: Redacted }) {
  const facts = [
    ["Outcome", <OutcomePill kind={of.outcome} />],
    ["Day", of.day === null ? <Nothing>not given</Nothing> : <Text of={of.day} />],
    ["Duration", of.duration_seconds === null ? <Nothing>not given</Nothing> : duration(of.duration_seconds)],
    ["Talk", `${counted(of.talk.turns, "turn")}, ${counted(of.talk.words, "word")}, ${share(of.talk.human_share)} by the other party`],
    ["Answers", `${count(of.answers.found)} of ${count(of.answers.total)} found`],
    ["Actions", `${count(of.actions.total)} run, ${count(of.actions.failed)} failed`],
  ] as const;
  return (
    <article class="shared">
      <p class="quiet">
        A summary that somebody shared with you, out of the link itself. Names, numbers, texts and answers were left out.
      </p>
      <h1 class="headline" data-testid="headline">
        <Text of={of.headline} />
      </h1>
      <Panel title="The call" name="shared">
        <Rows rows={facts} />
      </Panel>
      <Panel title="Judge" name="judge" aside="a language model's opinion">
        {of.analysis === null ? <Empty>This call was not judged.</Empty> : <Tallies of={of.analysis} />}
        <ul class="findings">
          {of.findings.map(({ criterion, verdict }, at) => (
            <li key={at} class={verdict === "partial" ? "finding finding-partial" : "finding"}>
              <div class="finding-head">
                <Text of={readable(criterion)} class="criterion" />
                <span class="verdict-word">{verdict === "partial" ? "partial" : "failed"}</span>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Issues" name="issues">
        {of.issues.length === 0 ? (
          <Empty>Every field was in its documented form.</Empty>
        ) : (
          <ul class="first-issues">
            {of.issues.map(({ code, count: times }, at) => (
              <li key={at}>
                <Text of={code} class="code" />
                <span class="quiet">{counted(times, "time")}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </article>
  );
}
