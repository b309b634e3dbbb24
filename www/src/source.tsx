import { useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { count, size } from "./format";
import { Icon } from "./icon";
import { fileProblem, reading, setFile, setText, source } from "./inspection";
import { textOf } from "./place";
import { type Sample, samples } from "./samples";
import { Text } from "./text";

/** A text area shows and edits this much without making the page wait; a larger file is only read. */
const EDITABLE_BYTES = 1_000_000;

/** Where a payload is put in: typed, pasted, dropped, chosen, or one of the samples. */
export function SourcePane({ area }: { area: RefObject<HTMLTextAreaElement | null> }) {
  const caret = useSignal({ line: 1, column: 1 });
  const sampleProblem = useSignal<string | null>(null);
  const from = source.value;
  const locked = from?.kind === "file" && from.bytes.length > EDITABLE_BYTES;

  // The text area holds its own text while somebody types; only what comes from elsewhere is written into it.
  useSignalEffect(() => {
    const element = area.current;
    if (element === null) return;
    const now = source.value;
    if (now?.kind === "file" && now.bytes.length > EDITABLE_BYTES) element.value = "";
    else {
      const text = now === null ? "" : textOf(now);
      if (element.value !== text) element.value = text;
    }
  });

  const choose = (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (file !== undefined) void setFile(file);
    // So that the same file can be chosen again after it was changed.
    input.value = "";
  };
  const trySample = async (sample: Sample) => {
    sampleProblem.value = null;
    try {
      setText((await sample.load()).default);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      sampleProblem.value = "The sample could not be loaded. Are you offline? Paste a payload instead.";
    }
  };
  const follow = () => {
    const element = area.current;
    if (element === null) return;
    const before = element.value.slice(0, element.selectionStart);
    caret.value = { line: before.split("\n").length, column: before.length - before.lastIndexOf("\n") };
  };

  return (
    <section class="source" aria-label="Payload">
      <div class="source-tools">
        <label class="button primary">
          <Icon of="file" />
          Open a file
          <input type="file" class="unseen" accept=".json,application/json" onChange={choose} data-testid="file" />
        </label>
        <span class="samples" role="group" aria-label="Try a sample">
          <span class="samples-label">or try</span>
          {samples.map((sample) => (
            <button key={sample.name} type="button" class="chip" onClick={() => void trySample(sample)}>
              {sample.name}
            </button>
          ))}
        </span>
      </div>
      <div class="editor">
        <textarea
          ref={area}
          class="code-area"
          aria-label="Payload as JSON"
          placeholder={'Paste a payload, or drop a file anywhere.\n\n{ "status": "completed", "call": { … } }'}
          data-testid="input"
          dir="ltr"
          wrap="off"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          readOnly={locked}
          onInput={(event) => setText(event.currentTarget.value)}
          onSelect={follow}
          onKeyUp={follow}
          onClick={follow}
        />
        {from !== null && (
          <button type="button" class="small clear" onClick={() => setText("")}>
            Clear
          </button>
        )}
        {locked && <p class="locked">This file is too large to be shown here. It was checked as it is.</p>}
      </div>
      <div class="source-foot">
        <span role="status">
          {reading.value !== null && <>Reading {<Text of={reading.value} />} …</>}
          {fileProblem.value !== null && <span class="problem">{fileProblem.value}</span>}
          {sampleProblem.value !== null && <span class="problem">{sampleProblem.value}</span>}
          {from?.kind === "file" && (
            <>
              <Text of={from.name} />, {size(from.size)}
            </>
          )}
          {from?.kind === "text" && `${count(from.text.length)} characters`}
          {from === null && reading.value === null && fileProblem.value === null && "Nothing you put here is sent."}
        </span>
        {from !== null && !locked && (
          <span class="caret">{`line ${count(caret.value.line)}, column ${count(caret.value.column)}`}</span>
        )}
      </div>
    </section>
  );
}
