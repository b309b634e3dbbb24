import type { Summary } from "postcall";
import { Capped } from "../parts/capped";
import { count, readable } from "../parts/format";
import { Icon } from "../parts/icon";
import { member } from "../parts/member";
import { Empty, Panel } from "../parts/panel";
import { Text } from "../parts/text";
import { type Judged, verdictOf } from "./verdicts";

const FIRST = 20;

type Analysis = NonNullable<Summary["analysis"]>;

/** The judge's verdicts: what was found wanting, then every other criterion, and its account of the call. A model's opinion, as text. */
export function Judge({ analysis, payload }: { analysis: Summary["analysis"]; payload: unknown }) {
  if (analysis === null)
    return (
      <Panel title="Judge" name="judge">
        <Empty>This call was not judged.</Empty>
      </Panel>
    );
  return (
    <Panel title="Judge" name="judge" aside="a language model's opinion">
      {analysis.overview !== null && (
        <p class="overview">
          <Text of={analysis.overview} />
        </p>
      )}
      <Tallies of={analysis} />
      {analysis.findings.length === 0 ? (
        <Empty>Nothing was found wanting.</Empty>
      ) : (
        <Capped rows={analysis.findings} first={FIRST} noun="finding">
          {(rows) => (
            <ul class="findings" data-testid="findings">
              {rows.map((finding, place) => (
                <li key={place} class={`finding finding-${finding.verdict === "partial" ? "partial" : "failed"}`}>
                  <div class="finding-head">
                    <Text of={readable(finding.criterion)} class="criterion" />
                    <span class="verdict-word">{finding.verdict === "partial" ? "partial" : "failed"}</span>
                  </div>
                  {finding.feedback !== "" && <Text of={finding.feedback} class="feedback" />}
                </li>
              ))}
            </ul>
          )}
        </Capped>
      )}
      <Rest rows={others(analysis, payload)} />
    </Panel>
  );
}

/** How many criteria got which verdict. */
export function Tallies({ of }: { of: Record<Judged, number> }) {
  const counts = [
    ["passed", of.passed],
    ["partial", of.partial],
    ["failed", of.failed],
    ["not_applicable", of.not_applicable],
  ] as const;
  return (
    <dl class="counts">
      {counts.map(([name, value]) => (
        <div key={name} class={value === 0 ? "tally tally-none" : `tally tally-${name}`}>
          <dt>{readable(name)}</dt>
          <dd>{count(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The criteria that were met, and those that did not apply. */
function Rest({ rows }: { rows: readonly { criterion: string; met: boolean }[] }) {
  if (rows.length === 0) return null;
  return (
    <ul class="scorecard" data-testid="scorecard">
      {rows.map(({ criterion, met }) => (
        <li key={criterion} class={met ? "score score-met" : "score"}>
          <Icon of={met ? "check" : "none"} />
          <span>{readable(criterion)}</span>
          <span class="unseen">{met ? "met" : "not applicable"}</span>
        </li>
      ))}
    </ul>
  );
}

/** The criteria of the payload without a finding. A verdict that is no word of the judge's is left to the issues. */
function others(analysis: Analysis, payload: unknown): { criterion: string; met: boolean }[] {
  const judged = member(payload, "analysis");
  if (typeof judged !== "object" || judged === null) return [];
  const found = new Set(analysis.findings.map((finding) => finding.criterion));
  return Object.entries(judged)
    .filter(([name]) => Object.hasOwn(judged, `${name}_feedback`) && name !== "call_summary" && !found.has(name))
    .map(([criterion, verdict]) => ({ criterion, verdict: verdictOf(verdict) }))
    .filter(({ verdict }) => verdict === "passed" || verdict === "not_applicable")
    .map(({ criterion, verdict }) => ({ criterion, met: verdict === "passed" }))
    .sort((a, b) => Number(b.met) - Number(a.met));
}
