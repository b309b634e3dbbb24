import { useSignal } from "@preact/signals";
import type { Issue } from "postcall";
import { useEffect } from "preact/hooks";
import { core } from "../app/core";
import { CoreToCome } from "../app/coretocome";
import { lazy } from "../app/lazy";
import { CallView } from "../call/callview";
import { Icon } from "../parts/icon";
import { Issues, weights } from "../parts/issues";
import { Json } from "../parts/json";
import { Panel } from "../parts/panel";
import { batch, closeRow, opened, startBatch } from "./batch";
import { editor } from "./editing";
import { Guide } from "./guide";
import { Handout } from "./handout";
import { marks, payload, report, source, told, turns } from "./inspection";
import { takeFiles } from "./intake";
import { isLines } from "./lines";
import { textOf } from "./place";
import { SourcePane } from "./source";
import { Verdict } from "./verdict";

const BatchView = lazy(async () => (await import("./batchview")).BatchView);

/** The inspector: a payload on one side, what it says on the other; or many payloads at once. Everything is computed here. */
export function Inspector() {
  const dropping = useFileDrop();
  return (
    <>
      {batch.value !== null && opened.value === null ? <BatchView /> : <One />}
      {dropping && <div class="drop-veil">Drop files to inspect them</div>}
    </>
  );
}

function One() {
  const now = report.value;
  // An effect comes after the screen was drawn.
  useEffect(() => {
    if (now !== null) told.value = true;
  }, [now !== null]);
  /** What is said behind the verdict. */
  const rest = told.value ? now : null;
  const issues = rest !== null && rest.issues.length > 0 && (
    <Panel title="Issues" name="issues" aside={weights(rest.issues)}>
      <Issues issues={rest.issues} {...(marks.value.length > 0 ? { select, mend } : {})} />
    </Panel>
  );
  const serious = now?.issues.some((issue) => issue.severity === "warning") === true;

  return (
    <div class={source.value === null ? "inspector inspector-empty" : "inspector"}>
      {opened.value !== null && (
        <p class="crumbs">
          <button type="button" class="small" onClick={closeRow}>
            <Icon of="back" />
            Back to the batch
          </button>
        </p>
      )}
      <SourcePane />
      <div class="results" data-testid="results">
        {now !== null && (
          <div class="results-head">
            <div aria-live="polite">
              <Verdict report={now} />
            </div>
            <Handout />
          </div>
        )}
        {source.value === null && <Guide />}
        {source.value !== null && core.value === null && <CoreToCome />}
        {rest !== null && !rest.valid && (
          <>
            <Lines />
            {issues}
            <Json title="Report as JSON" name="report-json" value={rest} />
          </>
        )}
        {rest !== null && rest.summary !== null && (
          <CallView summary={rest.summary} payload={payload.value} turns={turns.value} urgent={serious && issues}>
            {!serious && issues}
            <Json title="Report as JSON" name="report-json" value={rest} />
          </CallView>
        )}
      </div>
    </div>
  );
}

function select(issue: Issue): void {
  const mark = marks.value.find((mark) => mark.issue === issue);
  if (mark !== undefined) editor.value?.reveal(mark);
}

/** How a loose type would be written, where that says the same. */
function mend(issue: Issue) {
  const mark = marks.value.find((mark) => mark.issue === issue);
  const fix = mark?.fix;
  if (!mark || !fix) return null;
  return (
    <button type="button" class="small fix" onClick={() => editor.value?.replace(mark, fix.text)}>
      {fix.label}
    </button>
  );
}

/** What holds a payload in each line is no payload, and can be read as what it is. */
function Lines() {
  const from = source.value;
  if (from === null || !isLines(textOf(from))) return null;
  const read = () => {
    const name = from.kind === "file" ? from.name : "pasted";
    startBatch([new File([(from.kind === "file" && from.file) || textOf(from)], `${name}.ndjson`)]);
  };
  return (
    <p class="others">
      <Icon of="alert" />
      <span>This looks like a payload in each line.</span>
      <button type="button" class="small" onClick={read}>
        Read each line as a call
      </button>
    </p>
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
      void takeFiles([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("dragenter", enter);
    addEventListener("dragover", enter);
    addEventListener("dragleave", leave);
    // Before the editor, which would take a file's text in at the place where it was dropped.
    addEventListener("drop", drop, { capture: true });
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragover", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop, { capture: true });
    };
  }, []);
  return over.value;
}
