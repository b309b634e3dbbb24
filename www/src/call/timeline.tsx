import type { Summary } from "postcall";
import { Capped } from "../parts/capped";
import { count, duration } from "../parts/format";
import { member } from "../parts/member";
import { Panel } from "../parts/panel";
import { Text } from "../parts/text";

const FIRST = 30;

/** An action as it stands in the payload, and when it ran. */
interface Ran {
  name: string;
  action_type: string | null;
  /** Milliseconds since 1970, null where no stamp of it can be read. */
  at: number | null;
  before_call: boolean;
}

const PHASES = [
  ["before", "Before the call"],
  ["during", "During the call"],
  ["after", "After the call"],
  ["unknown", "At an unknown time"],
] as const;

type Phase = (typeof PHASES)[number][0];

/** What the agent ran, in the order of time and beside the call's own. Where the call ends is an estimate of the platform's. */
export function Timeline({ payload, summary }: { payload: unknown; summary: Summary }) {
  const all = actionsOf(payload);
  if (all.length === 0) return null;
  const start = summary.started_at === null ? null : Date.parse(summary.started_at);
  const failed = new Set(summary.actions.failed.map((action) => action.name));
  const rows = all
    .map((action) => ({ ...action, phase: phase(action, start, summary.duration_seconds) }))
    .sort((a, b) => order(a.phase) - order(b.phase) || (a.at ?? 0) - (b.at ?? 0));
  return (
    <Panel
      title="Actions"
      name="timeline"
      aside={`${count(summary.actions.total)} run, ${count(summary.actions.relevant)} marked relevant`}
    >
      <Capped rows={rows} first={FIRST} noun="action">
        {(shown) => (
          <div data-testid="timeline">
            {PHASES.map(([name, title]) => {
              const here = shown.filter((row) => row.phase === name);
              return (
                here.length > 0 && (
                  <section key={name} class="phase">
                    <h3>{title}</h3>
                    <ol class="timeline">
                      {here.map((row, at) => (
                        <li key={at} class={failed.has(row.name) ? "ran ran-failed" : "ran"}>
                          <span class="ran-when">{when(row, start)}</span>
                          <span class="ran-what">
                            <Text of={row.name} class="ran-name" />
                            {row.action_type !== null && <Text of={row.action_type} class="code quiet" />}
                            {failed.has(row.name) && <span class="verdict-word">failed</span>}
                          </span>
                        </li>
                      ))}
                    </ol>
                  </section>
                )
              );
            })}
          </div>
        )}
      </Capped>
    </Panel>
  );
}

function order(name: Phase): number {
  return PHASES.findIndex(([phase]) => phase === name);
}

function phase({ at, before_call }: Ran, start: number | null, seconds: number | null): Phase {
  if (before_call) return "before";
  if (at === null || start === null) return "unknown";
  if (at < start) return "before";
  return seconds !== null && at > start + seconds * 1000 ? "after" : "during";
}

/** How far into the call, or nothing where the two clocks cannot be told together. */
function when({ at, before_call }: Ran, start: number | null): string {
  if (at === null || start === null || before_call) return "–";
  const seconds = Math.round((at - start) / 1000);
  return `${seconds < 0 ? "−" : "+"}${duration(Math.abs(seconds))}`;
}

function actionsOf(payload: unknown): Ran[] {
  const actions = member(payload, "executed_actions");
  if (typeof actions !== "object" || actions === null) return [];
  return Object.entries(actions).map(([key, action]) => ({
    name: textOf(member(action, "name")) ?? key,
    action_type: textOf(member(action, "action_type")),
    at: instant(member(action, "timestamp"), member(action, "timestamp_datetime")),
    before_call: ["true", "True", true].includes(member(action, "run_action_before_call_start") as string | boolean),
  }));
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Seconds since 1970 as a number or in a string, where 13 digits are milliseconds; else a time without a zone, in UTC. */
function instant(stamp: unknown, text: unknown): number | null {
  const number = typeof stamp === "string" && stamp.trim() !== "" ? Number(stamp) : stamp;
  if (typeof number === "number" && Number.isFinite(number)) return number >= 1e12 ? number : number * 1000;
  if (typeof text !== "string") return null;
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(at) ? null : at;
}
