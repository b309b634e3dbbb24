import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintKeymap, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension, Transaction } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Editor, HINT, type Mark } from "./editing";
import { asShown } from "./place";

/** As carets usually blink, for those who did not ask for less motion. */
const BLINK_MS = 1200;

/** Says of a change that it was not typed. */
const shown = Annotation.define<true>();

/**
 * CodeMirror in a shadow tree. It writes its styles as it runs, which the pages' policy allows a shadow tree alone: there
 * they are style sheets made by script, not elements.
 */
export function createEditor(host: HTMLElement, changed: (text: string) => void, moved: (line: number, column: number) => void): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      extensions: [
        ...reading,
        history(),
        typedOver,
        EditorView.contentAttributes.of({
          "aria-label": "Payload as JSON",
          "data-testid": "input",
          spellcheck: "false",
          autocorrect: "off",
          autocapitalize: "off",
          dir: "ltr",
          tabindex: "0",
        }),
        placeholder(HINT),
        keymap.of([
          { key: "F8", run: nextDiagnostic },
          { key: "Shift-F8", run: previousDiagnostic },
          ...lintKeymap,
          ...historyKeymap,
          ...searchKeymap,
          ...foldKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.selectionSet || update.docChanged) {
            const { head } = update.state.selection.main;
            const line = update.state.doc.lineAt(head);
            moved(line.number, head - line.from + 1);
          }
          const typed = update.transactions.some((one) => one.docChanged && one.annotation(shown) !== true);
          if (typed) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    show(text) {
      const insert = asShown(text);
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert },
        selection: { anchor: 0 },
        annotations: [shown.of(true), Transaction.addToHistory.of(false)],
        scrollIntoView: true,
      });
    },
    mark(marks) {
      view.dispatch(setDiagnostics(view.state, marks.map((mark) => diagnostic(mark, view.state.doc.length))));
    },
    reveal({ start, end }) {
      const most = view.state.doc.length;
      const [anchor, head] = [Math.min(start, most), Math.min(end, most)];
      view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center", x: "nearest" }) });
      view.focus();
    },
    replace({ start, end }, text) {
      view.dispatch({ changes: { from: start, to: end, insert: text }, selection: { anchor: start, head: start + text.length } });
      view.focus();
    },
    leave: () => view.destroy(),
  };
}

function diagnostic({ start, end, issue, fix }: Mark, most: number): Diagnostic {
  const from = Math.min(start, most);
  const to = Math.min(end, most);
  return {
    from,
    to,
    severity: issue.severity,
    source: issue.code,
    message: issue.message,
    renderMessage: () => written(issue.message),
    ...(fix === null
      ? {}
      : {
          actions: [
            {
              name: fix.label,
              apply: (view: EditorView, start: number, end: number) =>
                view.dispatch({ changes: { from: start, to: end, insert: fix.text } }),
            },
          ],
        }),
  };
}

/**
 * Text that is typed over a selection. A browser would put it into an element with the style of what it replaces, which
 * the pages' policy refuses and reports.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.data === null || view.composing || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true }));
    return true;
  },
});

/** A message with its names in backticks set as code. */
function written(message: string): HTMLElement {
  const line = document.createElement("span");
  line.append(
    ...message.split("`").map((part, at) => {
      if (at % 2 === 0) return part;
      const name = document.createElement("code");
      name.textContent = part;
      return name;
    }),
  );
  return line;
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--code-key)" },
  { tag: tags.string, color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-word)" },
  { tag: tags.punctuation, color: "var(--ink-soft)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "12.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "20px" },
  ".cm-content": { padding: "0.7rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 1rem 0 0.5rem" },
  ".cm-placeholder": { color: "var(--ink-soft)", whiteSpace: "pre-wrap" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--ink-soft)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 0.2rem 0 0.9rem" },
  ".cm-activeLine": { backgroundColor: "var(--code-line)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground":
    { backgroundColor: "var(--code-selection)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", color: "inherit" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--raised)", border: "1px solid var(--line-strong)", color: "var(--ink-soft)" },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-searchMatch": { backgroundColor: "var(--odd-wash)", outline: "1px solid var(--odd)" },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-wash)" },
  // Drawn by the browser: the library's own are `data:` pictures, which the pages' policy does not admit.
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecoration: "underline wavy 1.5px var(--bad)", backgroundImage: "none" },
  ".cm-lintRange-warning": { textDecoration: "underline wavy 1.5px var(--odd)", backgroundImage: "none" },
  ".cm-lintRange-info": { textDecoration: "underline dotted 1.5px var(--note)", backgroundImage: "none" },
  ".cm-lintRange-active": { backgroundColor: "var(--odd-wash)" },
  ".cm-lintPoint:after": { borderBottomColor: "var(--bad)" },
  ".cm-tooltip": {
    maxWidth: "26rem",
    border: "1px solid var(--line-strong)",
    borderRadius: "8px",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    boxShadow: "0 6px 24px rgb(0 0 0 / 18%)",
  },
  ".cm-diagnostic": { padding: "0.5rem 0.75rem", fontFamily: "var(--sans)", fontSize: "13px", borderLeftWidth: "4px" },
  ".cm-diagnosticText code": { fontFamily: "var(--mono)", fontSize: "12px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--odd)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--note)" },
  ".cm-diagnosticSource": { fontFamily: "var(--mono)", fontSize: "11.5px", opacity: "1", color: "var(--ink-soft)" },
  ".cm-diagnosticAction": {
    padding: "0.15rem 0.6rem",
    border: "1px solid transparent",
    borderRadius: "6px",
    backgroundColor: "var(--accent)",
    color: "var(--accent-ink)",
    font: "500 12.5px var(--sans)",
    cursor: "pointer",
  },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel.cm-search": { padding: "0.5rem", fontFamily: "var(--sans)" },
  ".cm-textfield": { backgroundColor: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "6px" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", border: "1px solid var(--line-strong)", borderRadius: "6px" },
});

/** What every editor of these pages has: JSON in our colours, to be read. */
export const reading: Extension[] = [
  json(),
  lineNumbers(),
  foldGutter(),
  drawSelection({ cursorBlinkRate: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : BLINK_MS }),
  highlightActiveLine(),
  // Marks of direction and what does not show are drawn as signs, so that they neither act nor hide.
  highlightSpecialChars(),
  bracketMatching(),
  highlightSelectionMatches(),
  search({ top: true }),
  syntaxHighlighting(colours),
  look,
];
