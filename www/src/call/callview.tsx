import type { Summary, Turn } from "postcall";
import type { ComponentChildren } from "preact";
import { FailedActions } from "./actions";
import { Answers } from "./answers";
import { Details } from "./details";
import { Judge } from "./judge";
import { SummaryCards } from "./summary";
import { Timeline } from "./timeline";
import { Transcript } from "./transcript";
import { Variables } from "./variables";

/** One call, wherever it came from: its summary, then the conversation beside what was learned from it. */
export function CallView(props: {
  summary: Summary;
  /** As `JSON.parse` gives it: what the summary counts and does not list is read from it. */
  payload: unknown;
  turns: readonly Turn[];
  /** What a reader should see before anything that was learned. */
  urgent?: ComponentChildren;
  children?: ComponentChildren;
}) {
  const { summary, payload } = props;
  return (
    <article class="call">
      <SummaryCards summary={summary} />
      <div class="columns">
        <div class="column">
          <Transcript turns={props.turns} talk={summary.talk} />
          <Variables variables={summary.variables} />
        </div>
        <div class="column">
          {props.urgent}
          <FailedActions failed={summary.actions.failed} />
          <Answers answers={summary.answers} />
          <Judge analysis={summary.analysis} payload={payload} />
          <Timeline payload={payload} summary={summary} />
          <Details summary={summary} />
          {props.children}
        </div>
      </div>
    </article>
  );
}
