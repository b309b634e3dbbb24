import type { Summary } from "postcall";
import { Capped } from "./capped";
import { count, readable } from "./format";
import { Empty, Panel } from "./panel";
import { Text } from "./text";

const FIRST = 20;

/** The judge's verdicts: the counts, what was found wanting, and its account of the call. A model's opinion, as text. */
export function Judge({ analysis }: { analysis: Summary["analysis"] }) {
  if (analysis === null)
    return (
      <Panel title="Judge" name="judge">
        <Empty>This call was not judged.</Empty>
      </Panel>
    );
  const counts = [
    ["passed", analysis.passed],
    ["partial", analysis.partial],
    ["failed", analysis.failed],
    ["not_applicable", analysis.not_applicable],
  ] as const;
  return (
    <Panel title="Judge" name="judge" aside="a language model's opinion">
      {analysis.overview !== null && (
        <p class="overview">
          <Text of={analysis.overview} />
        </p>
      )}
      <dl class="counts">
        {counts.map(([name, value]) => (
          <div key={name} class={value === 0 ? "tally tally-none" : `tally tally-${name}`}>
            <dt>{readable(name)}</dt>
            <dd>{count(value)}</dd>
          </div>
        ))}
      </dl>
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
    </Panel>
  );
}
