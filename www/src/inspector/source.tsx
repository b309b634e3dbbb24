import { effect, useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { core, coreFailed } from "../app/core";
import { count, counted, size } from "../parts/format";
import { Icon } from "../parts/icon";
import { Text } from "../parts/text";
import { type Editor, editor, HINT } from "./editing";
import { editable, fileProblem, marks, reading, setText, source, told } from "./inspection";
import { takeFiles } from "./intake";
import { type Place, textOf } from "./place";
import { plainEditor } from "./plain";
import { type Sample, samples } from "./samples";

/** Where a payload is put in: typed, pasted, dropped, chosen, or one of the samples. */
export function SourcePane() {
  const caret = useSignal({ line: 1, column: 1 });
  const from = source.value;
  // What counts something here has no haste.
  const counts = told.value || coreFailed.value;
  return (
    <section class="source" aria-label="Payload">
      <div class="source-tools">
        <label class="button primary">
          <Icon of="file" />
          Open files
          <input
            type="file"
            multiple
            class="unseen"
            accept=".json,.ndjson,.jsonl,application/json,application/x-ndjson"
            onChange={choose}
            data-testid="file"
          />
        </label>
        <Samples />
      </div>
      <div class="editor">
        <Writing follow={(line, column) => (caret.value = { line, column })} />
        {from !== null && (
          <button type="button" class="small clear" onClick={() => setText("")}>
            Clear
          </button>
        )}
        {!editable.value && <p class="locked">This file is too large to be shown here. It was checked as it is.</p>}
      </div>
      <div class="source-foot">
        <span role="status">
          {reading.value !== null && (
            <>
              Reading <Text of={reading.value} /> …
            </>
          )}
          {fileProblem.value !== null && <span class="problem">{fileProblem.value}</span>}
          {from?.kind === "file" && (
            <>
              <Text of={from.name} />
              {counts && `, ${size(from.size)}`}
            </>
          )}
          {counts && from?.kind === "text" && counted(from.text.length, "character")}
          {from === null && reading.value === null && fileProblem.value === null && "Nothing you put here is sent."}
        </span>
        {counts && from !== null && editable.value && (
          <span class="caret">{`line ${count(caret.value.line)}, column ${count(caret.value.column)}`}</span>
        )}
      </div>
    </section>
  );
}

function choose(event: Event): void {
  const input = event.currentTarget as HTMLInputElement;
  void takeFiles([...(input.files ?? [])]);
  // So that the same file can be chosen again after it was changed.
  input.value = "";
}

function Samples() {
  const problem = useSignal(false);
  const show = async (sample: Sample) => {
    try {
      setText((await sample.load()).default);
      problem.value = false;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      problem.value = true;
    }
  };
  return (
    <span class="samples" role="group" aria-label="Try a sample">
      <span class="samples-label">or try</span>
      {samples.map((sample) => (
        <button key={sample.name} type="button" class="chip" title={sample.about} onClick={() => void show(sample)}>
          {sample.name}
        </button>
      ))}
      {problem.value && (
        <span class="problem" role="alert">
          The sample could not be loaded. Are you offline? Paste a payload instead.
        </span>
      )}
    </span>
  );
}

type Create = typeof import("./editor").createEditor;

/** The editor, once it has come: from then on whoever opens this page anew has it at once. */
let come: Create | null = null;

/** The text: in a text area until the editor has come, and for good where it does not come. */
function Writing({ follow }: { follow: (line: number, column: number) => void }) {
  const now = useSignal<{ create: Create; at: Place | null } | null>(come === null ? null : { create: come, at: null });
  useSignalEffect(() => {
    // What reads the payload comes first.
    if (core.value === null || come !== null) return;
    import("./editor").then(
      ({ createEditor }) => {
        come = createEditor;
        now.value = { create: createEditor, at: writingPlace() };
      },
      (error: unknown) => console.error(error),
    );
  });
  if (now.value === null) return <PlainWriting follow={follow} />;
  return <CodeWriting create={now.value.create} at={now.value.at} follow={follow} />;
}

/** Where somebody is writing in the text area, so that the editor goes on there. */
function writingPlace(): Place | null {
  const area = document.activeElement;
  if (!(area instanceof HTMLTextAreaElement)) return null;
  return { start: area.selectionStart, end: area.selectionEnd };
}

/**
 * Keeps the page's editor in step with the source. `own` is what the editor says that it holds. It is there, with its
 * text, as soon as its place on the page is: no key falls between it and the one before.
 */
function useEditor(make: () => Editor, own: { text: string }): void {
  useLayoutEffect(() => {
    const made = make();
    const ends = [
      effect(() => {
        const text = source.value === null || !editable.value ? "" : textOf(source.value);
        if (text === own.text) return;
        own.text = text;
        made.show(text);
      }),
      effect(() => made.mark(marks.value)),
    ];
    editor.value = made;
    return () => {
      if (editor.value === made) editor.value = null;
      for (const end of ends) end();
      made.leave();
    };
  }, []);
}

function PlainWriting({ follow }: { follow: (line: number, column: number) => void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const own = useRef({ text: "" });
  useEditor(() => plainEditor(area.current as HTMLTextAreaElement), own.current);
  const moved = () => {
    const element = area.current as HTMLTextAreaElement;
    const before = element.value.slice(0, element.selectionStart);
    follow(before.split("\n").length, before.length - before.lastIndexOf("\n"));
  };
  return (
    <textarea
      ref={area}
      class="code-area"
      aria-label="Payload as JSON"
      placeholder={HINT}
      data-testid="input"
      data-takes-input
      dir="ltr"
      wrap="off"
      spellcheck={false}
      autocomplete="off"
      autocapitalize="off"
      readOnly={!editable.value}
      onInput={(event) => {
        setText((own.current.text = event.currentTarget.value));
        moved();
      }}
      onSelect={moved}
      onKeyUp={moved}
      onClick={moved}
    />
  );
}

function CodeWriting(props: { create: Create; at: Place | null; follow: (line: number, column: number) => void }) {
  const { create, at, follow } = props;
  const host = useRef<HTMLDivElement>(null);
  const own = useRef({ text: "" });
  useEditor(() => create(host.current as HTMLDivElement, (text) => setText((own.current.text = text)), follow), own.current);
  useLayoutEffect(() => {
    if (at !== null) editor.value?.reveal(at);
  }, []);
  return <div ref={host} class="code-area code-host" data-takes-input data-testid="editor" />;
}
