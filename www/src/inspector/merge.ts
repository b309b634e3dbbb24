import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { reading } from "./editor";

/** Narrower than this, two columns of JSON would be slivers. */
const TWO_COLUMNS_PX = 760;
/** Lines that are alike and far from any difference are folded away. */
const COLLAPSE = { margin: 3, minSize: 6 };

const look = EditorView.theme({
  "&": { height: "auto" },
  ".cm-changedLine": { backgroundColor: "var(--odd-wash)" },
  ".cm-changedText": { background: "none", fontWeight: "700" },
  "&.cm-merge-a .cm-changedText, &.cm-merge-b .cm-changedText": { background: "none" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--bad-wash)" },
  "&.cm-merge-b .cm-changedLine": { backgroundColor: "var(--good-wash)" },
  ".cm-deletedChunk .cm-deletedText": { background: "none", fontWeight: "700" },
  ".cm-collapsedLines": {
    background: "var(--raised)",
    color: "var(--ink-soft)",
    fontFamily: "var(--sans)",
    padding: "0.2rem 0.75rem",
  },
});

/** Shows two texts and where they differ. Gives what takes them away again. */
export function showDifferences(host: HTMLElement, before: string, after: string): () => void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const made =
    host.clientWidth >= TWO_COLUMNS_PX
      ? new MergeView({
          a: { doc: before, extensions: extensions("Before") },
          b: { doc: after, extensions: extensions("After") },
          collapseUnchanged: COLLAPSE,
          gutter: true,
          parent: root,
          root,
        })
      : new EditorView({
          doc: after,
          extensions: [
            ...extensions("Before and after"),
            unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: COLLAPSE }),
          ],
          parent: root,
          root,
        });
  return () => made.destroy();
}

function extensions(name: string): Extension[] {
  return [
    ...reading,
    look,
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": name, dir: "ltr", tabindex: "0", "aria-readonly": "true" }),
  ];
}
