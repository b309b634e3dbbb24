import { useSignal } from "@preact/signals";
import type { Summary } from "postcall";
import { useEffect, useRef } from "preact/hooks";
import { type Core, core } from "../app/core";
import { CoreToCome } from "../app/coretocome";
import { counted, duration, localTime, readable, share, size } from "../parts/format";
import { Icon } from "../parts/icon";
import { Panel } from "../parts/panel";
import { Nothing, Text } from "../parts/text";
import { inspectBytes } from "./intake";
import { samples } from "./samples";
import { asSide, setSide, setSides, type Side, sides } from "./sides";

const NAMES = ["Before", "After"] as const;

/** Two payloads beside each other: what their calls came to, and every difference of the texts. */
export function Compare() {
  const [left, right] = sides.value;
  const both = left !== null && right !== null;
  return (
    <div class="compare">
      <header class="calls-head">
        <h1>Compare two payloads</h1>
        <p class="quiet">Nothing you put here is sent.</p>
        <div class="calls-tools">
          {!both && (
            <button type="button" class="small" onClick={() => void showSamples()}>
              Try two samples
            </button>
          )}
          {both && (
            <button type="button" class="small" onClick={() => setSides(right, left)}>
              Swap
            </button>
          )}
          {(left !== null || right !== null) && (
            <button type="button" class="small" onClick={() => setSides(null, null)}>
              Clear
            </button>
          )}
        </div>
      </header>
      <div class="compare-sides">
        <SidePane which={0} side={left} />
        <SidePane which={1} side={right} />
      </div>
      {both && (core.value === null ? <CoreToCome /> : <Differences by={core.value} left={left} right={right} />)}
    </div>
  );
}

async function showSamples(): Promise<void> {
  const [first, second] = await Promise.all([samples[1].load(), samples[2].load()]);
  setSides(asSide(samples[1].name, first.default), asSide(samples[2].name, second.default));
}

function SidePane({ which, side }: { which: 0 | 1; side: Side | null }) {
  const problem = useSignal(false);
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      setSide(which, { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
      problem.value = false;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      problem.value = true;
    }
  };
  return (
    <section
      class="side panel"
      aria-label={NAMES[which]}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <header class="panel-head">
        <h2>{NAMES[which]}</h2>
        {side !== null && (
          <div class="panel-aside">
            <Text of={side.name} />, {size(side.bytes.length)}
          </div>
        )}
      </header>
      {side === null ? (
        <>
          <textarea
            class="code-area"
            aria-label={`${NAMES[which]}: payload as JSON`}
            placeholder="Paste a payload, or drop a file here"
            data-testid={which === 0 ? "left" : "right"}
            data-takes-input={which === 0 ? true : undefined}
            dir="ltr"
            spellcheck={false}
            onChange={(event) => setSide(which, asSide("pasted", event.currentTarget.value))}
            onPaste={(event) => {
              const text = event.clipboardData?.getData("text/plain") ?? "";
              if (text === "") return;
              event.preventDefault();
              setSide(which, asSide("pasted", text));
            }}
          />
          <p class="side-tools">
            <label class="button">
              <Icon of="file" />
              Open a file
              <input
                type="file"
                class="unseen"
                accept=".json,application/json"
                onChange={(event) => void take(event.currentTarget.files?.[0])}
              />
            </label>
            {problem.value && (
              <span class="problem" role="alert">
                The file could not be read.
              </span>
            )}
          </p>
        </>
      ) : (
        <p class="side-tools">
          <button type="button" class="small" onClick={() => inspectBytes(side.name, side.bytes)}>
            <Icon of="search" />
            Inspect
          </button>
          <button type="button" class="small" onClick={() => setSide(which, null)}>
            Choose another
          </button>
        </p>
      )}
    </section>
  );
}

function Differences({ by, left, right }: { by: Core; left: Side; right: Side }) {
  const [before, after] = [by.safeSummarize(left.bytes), by.safeSummarize(right.bytes)];
  const issues = (result: typeof before) => `${result.success ? "valid" : "not valid"}, ${counted(result.issues.length, "issue")}`;
  const rows = [
    { name: "Form", before: issues(before), after: issues(after) },
    ...FACTS.map(([name, read]) => ({
      name,
      before: before.success ? read(before.summary) : null,
      after: after.success ? read(after.summary) : null,
    })),
  ];
  return (
    <>
      <Panel title="What the calls came to" name="facts-compared">
        <table class="answers compared" data-testid="compared">
          <thead>
            <tr>
              <td />
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name} class={row.before === row.after ? undefined : "differs"}>
                <th scope="row">
                  {row.name}
                  {row.before !== row.after && <span class="unseen"> differs</span>}
                </th>
                <td>{row.before === null ? <Nothing>–</Nothing> : <Text of={row.before} />}</td>
                <td>{row.after === null ? <Nothing>–</Nothing> : <Text of={row.after} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <Panel title="The texts" name="texts-compared" aside="as they were received">
        <Merged left={left} right={right} />
      </Panel>
    </>
  );
}

const FACTS: readonly (readonly [string, (summary: Summary) => string | null])[] = [
  ["Call id", (summary) => summary.call_id],
  ["Outcome", (summary) => readable(summary.outcome.kind)],
  ["Status", (summary) => summary.status],
  ["End reason", (summary) => summary.end_call_reason],
  ["Started", (summary) => (summary.started_at === null ? null : localTime(summary.started_at))],
  ["Duration", (summary) => (summary.duration_seconds === null ? null : duration(summary.duration_seconds))],
  ["Lines", (summary) => String(summary.talk.lines)],
  ["Words of the other party", (summary) => share(summary.talk.human.share)],
  ["Answers found", (summary) => `${summary.answers.filter((answer) => answer.found).length} of ${summary.answers.length}`],
  ["Failed actions", (summary) => String(summary.actions.failed.length)],
  ["Findings", (summary) => (summary.analysis === null ? null : String(summary.analysis.findings.length))],
];

/** The two texts with their differences marked; in one column where there is no room for two. */
function Merged({ left, right }: { left: Side; right: Side }) {
  const host = useRef<HTMLDivElement>(null);
  const state = useSignal<"loading" | "ready" | "failed">("loading");
  useEffect(() => {
    let end = () => {};
    let gone = false;
    const text = (side: Side) => new TextDecoder().decode(side.bytes);
    import("./merge").then(
      ({ showDifferences }) => {
        if (gone || host.current === null) return;
        end = showDifferences(host.current, text(left), text(right));
        state.value = "ready";
      },
      (error: unknown) => {
        state.value = "failed";
        console.error(error);
      },
    );
    return () => {
      gone = true;
      end();
    };
  }, [left, right]);
  return (
    <>
      {state.value === "loading" && <p class="quiet">Loading …</p>}
      {state.value === "failed" && <p role="alert">The view did not load. Look at your connection and load the page again.</p>}
      <div ref={host} class="merged" data-testid="merged" />
    </>
  );
}
