import type { Issue } from "postcall";
import type { ComponentChildren } from "preact";
import { Capped } from "./capped";
import { count, counted } from "./format";
import { Text } from "./text";

const FIRST = 8;
const WEIGHTS = ["error", "warning", "info"] as const;

/** How many issues of each weight, heaviest first: `1 error, 2 warnings`. */
export function weights(issues: readonly Issue[]): string {
  return WEIGHTS
    .map((severity) => ({ severity, of: issues.filter((issue) => issue.severity === severity).length }))
    .filter(({ of }) => of > 0)
    .map(({ severity, of }) => counted(of, severity))
    .join(", ");
}

/**
 * Every issue with its place, the heaviest first and otherwise as they stand. Where `select` is given, an issue leads to
 * its place in the source; `mend` is what can be done about one.
 */
export function Issues({ issues, select, mend }: {
  issues: readonly Issue[];
  select?: (issue: Issue) => void;
  mend?: (issue: Issue) => ComponentChildren;
}) {
  const sorted = issues.toSorted((a, b) => WEIGHTS.indexOf(a.severity) - WEIGHTS.indexOf(b.severity));
  return (
    <Capped rows={sorted} first={FIRST} noun="issue">
      {(rows) => (
        <ol class="issues" data-testid="issues">
          {rows.map((issue, place) => (
            <li key={place} class={`issue issue-${issue.severity}`}>
              {select === undefined ? (
                <div class="issue-body">
                  <IssueText issue={issue} />
                </div>
              ) : (
                <button type="button" class="issue-body" onClick={() => select(issue)} title="Show the place">
                  <IssueText issue={issue} />
                </button>
              )}
              {mend?.(issue)}
            </li>
          ))}
        </ol>
      )}
    </Capped>
  );
}

function IssueText({ issue }: { issue: Issue }) {
  const { line, column } = issue.location;
  return (
    <>
      <span class="issue-line">
        <span class={`severity severity-${issue.severity}`}>{issue.severity}</span>
        <code class="issue-code">{issue.code}</code>
        <span class="issue-place">
          <span class="unseen">line and column </span>
          {`${count(line)}:${count(column)}`}
        </span>
      </span>
      <span class="issue-message">
        <Message of={issue.message} />
      </span>
      {(issue.expected !== undefined || issue.received !== undefined) && (
        <span class="issue-detail">
          {issue.expected !== undefined && (
            <>
              {issue.code === "mismatch" ? "rule" : "expected"} <Text of={issue.expected} class="code" />{" "}
            </>
          )}
          {issue.received !== undefined && (
            <>
              received <Text of={issue.received} class="code" />
            </>
          )}
        </span>
      )}
      <Text of={issue.pointer === "" ? "the whole document" : issue.pointer} class="issue-pointer" />
    </>
  );
}

/** A message with its names in backticks set as code. */
export function Message({ of }: { of: string }) {
  return (
    <bdi class="text">{of.split("`").map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</bdi>
  );
}
