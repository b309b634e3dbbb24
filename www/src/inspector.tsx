import { useSignal } from "@preact/signals";
import type { Issue } from "postcall";
import { useEffect, useRef } from "preact/hooks";
import { CallView } from "./callview";
import { core } from "./core";
import { CoreToCome } from "./coretocome";
import { Icon } from "./icon";
import { report, setFile, source, turns } from "./inspection";
import { Issues, weights } from "./issues";
import { Json } from "./json";
import { Panel } from "./panel";
import { placeOf } from "./place";
import { SourcePane } from "./source";
import { Verdict } from "./verdict";

/** The inspector: a payload on one side, what it says on the other. Everything is computed here. */
export function Inspector() {
  const area = useRef<HTMLTextAreaElement>(null);
  const dropping = useFileDrop();
  const now = report.value;

  const select = (issue: Issue) => {
    const element = area.current;
    if (element === null || source.value === null) return;
    const { start, end, line } = placeOf(source.value, issue);
    element.focus();
    element.setSelectionRange(start, end);
    scrollTo(element, start, line);
  };

  const issues = now !== null && now.issues.length > 0 && (
    <Panel title="Issues" name="issues" aside={weights(now.issues)}>
      <Issues issues={now.issues} select={select} />
    </Panel>
  );
  const serious = now?.issues.some((issue) => issue.severity === "warning") === true;

  return (
    <div class={source.value === null ? "inspector inspector-empty" : "inspector"}>
      <SourcePane area={area} />
      <div class="results" data-testid="results">
        <div aria-live="polite">{now !== null && <Verdict report={now} />}</div>
        {source.value === null && <Guide />}
        {source.value !== null && core.value === null && <CoreToCome />}
        {now !== null && !now.valid && (
          <>
            {issues}
            <Json title="Report as JSON" name="report-json" value={now} />
          </>
        )}
        {now !== null && now.summary !== null && (
          <CallView summary={now.summary} turns={turns.value} urgent={serious && issues}>
            {!serious && issues}
            <Json title="Report as JSON" name="report-json" value={now} />
          </CallView>
        )}
      </div>
      {dropping && <div class="drop-veil">Drop the file to inspect it</div>}
    </div>
  );
}

/** What the empty page says: what it is for, and that it keeps what it is given. */
function Guide() {
  return (
    <div class="guide">
      <h1>What did that call come to?</h1>
      <p class="lead-in">
        Put in what your voice agent posts when a call has ended. You get a verdict on its form, a summary of the call,
        the conversation turn by turn, and a list of everything that is wrong, odd or new, each with its place.
      </p>
      <ul class="promises">
        <li>
          <Icon of="lock" />
          <span>
            <strong>It stays here.</strong> The check runs in this page. No payload leaves your computer.
          </span>
        </li>
        <li>
          <Icon of="check" />
          <span>
            <strong>The same answer everywhere.</strong> The core in this page is the one in the package and the Worker.
          </span>
        </li>
        <li>
          <Icon of="eye" />
          <span>
            <strong>Names stay covered.</strong> Names and numbers are masked until you ask for them.
          </span>
        </li>
      </ul>
    </div>
  );
}

/** Files dropped anywhere on the page go to the inspector, and never replace the page. */
function useFileDrop(): boolean {
  const over = useSignal(false);
  useEffect(() => {
    const holdsFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const enter = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      over.value = true;
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) over.value = false;
    };
    const drop = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      over.value = false;
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) void setFile(file);
    };
    addEventListener("dragenter", enter);
    addEventListener("dragover", enter);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragover", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, []);
  return over.value;
}

/** Browsers select text in a text area without showing it; its lines do not wrap, so the place can be computed. */
function scrollTo(element: HTMLTextAreaElement, start: number, line: number): void {
  const style = getComputedStyle(element);
  const lineHeight = Number.parseFloat(style.lineHeight);
  const column = start - (element.value.lastIndexOf("\n", start - 1) + 1);
  const advance = Number.parseFloat(style.fontSize) * 0.6;
  element.scrollTop = Math.max(0, (line - 1) * lineHeight - element.clientHeight / 3);
  element.scrollLeft = Math.max(0, column * advance - element.clientWidth / 2);
  element.scrollIntoView({ block: "nearest" });
}
