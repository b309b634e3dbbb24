// The installed package's types: as a module and by require, under the strictest settings, the declarations included.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { install, link, ROOT, write } from "./installed.mjs";

const { folder } = install();

/** What must compile, and on the lines behind `@ts-expect-error` must not. */
const USE = `
const bytes = new Uint8Array();
const { valid, issues }: { valid: boolean; issues: Issue[] } = validate(bytes, { strict: true, max_bytes: 1, max_depth: 1 });
validate(""); validate(bytes.buffer as ArrayBuffer); validate({}); validate({ call: { call_id: "1" } });
// @ts-expect-error a number is no input
validate(7);
// @ts-expect-error nor is nothing
validate(undefined);
// @ts-expect-error nor null
validate(null);
// @ts-expect-error options are known by name
validate("", { strikt: true });

const call: PostCall = parse(bytes);
const id: string = call.call.call_id;
const status: CallStatus | null | undefined = call.call.status;
const anything: unknown = call["unknown to this version"];
const duration: number | string | null | undefined = call.call.duration;
const action = Array.isArray(call.executed_actions) ? call.executed_actions[0] : call.executed_actions?.["book a table"];
// @ts-expect-error what is no extractor puts anything there
const choices: (string | null)[] | string | null | undefined = typeof action?.parameters_hard_coded === "string" ? null : action?.parameters_hard_coded?.choices;
const goal: Verdict | boolean | null | undefined = call.analysis?.goal;
// @ts-expect-error may be absent
const missing: string = call.call.transcript;

// A vocabulary is open, and its words are known all the same.
const known: CallStatus = "completed";
const unknown: CallStatus = "a word of tomorrow";
const isDone = (status: CallStatus): boolean => status === "completed";

const parsed = safeParse(bytes);
if (parsed.success) parsed.data.call.call_id satisfies string;
// @ts-expect-error no data without success
else parsed.data;

const summarized = safeSummarize(bytes);
const summary: Summary = summarized.success ? summarized.summary : summarize("");
const kind: "connected" | "voicemail" | "not_reached" | "failed" | "cancelled" | "blocked" | "in_progress" | "unknown" = summary.outcome.kind;
const share: number = summary.talk.human.share;
const answers: { action: string; key: string; question: string | null; value: JsonValue; found: boolean }[] = summary.answers;
const turns: Turn[] = parseTranscript("");
const speaker: "bot" | "human" | null | undefined = turns[0]?.speaker;

const code: IssueCode = "missing_field";
// @ts-expect-error codes are known
const wrong: IssueCode = "no_such_code";
const words: readonly string[] = vocabularies.call_status;
const isKnown: boolean = [vocabularies.call_status, vocabularies.end_call_reason, vocabularies.verdict, vocabularies.action_type].some((list) => list.includes(id));
// @ts-expect-error the lists are the package's own
vocabularies.call_status = [];
const judge: PayloadAnalysis | null | undefined = call.analysis;
const judged_summary: Analysis | null = summary.analysis;
const text: string = prettifyIssues(issues);
const fields: Record<string, string[]> = flattenIssues(issues).fields;
const signature: string = sign(id, "secret");
const isSigned: boolean = verifySignature(id, signature, ["one", "two"]) || verifySignature(id, null, "one") || verifySignature(id, undefined, "one");
// @ts-expect-error a secret is text
verifySignature(id, signature, undefined);

const judged = postCall["~standard"].validate({});
if (judged.issues) judged.issues[0]?.message satisfies string | undefined;
else judged.value.call.call_id satisfies string;
const older: Record<string, unknown> = postCall["~standard"].jsonSchema.input({ target: "draft-07" });
// @ts-expect-error a target is needed
postCall["~standard"].jsonSchema.input();

async function read(source: AsyncIterable<Uint8Array>): Promise<Stats> {
  const summaries: Summary[] = [];
  for await (const result of summarizeLines(source, { strict: true, onProgress: ({ lines, bytes }) => void (lines + bytes satisfies number) })) {
    result.line satisfies number;
    if (result.success) summaries.push(result.summary);
    // @ts-expect-error no summary without success
    else result.summary;
  }
  // @ts-expect-error lines are bytes
  summarizeLines("text");
  const results: AsyncGenerator<LineResult> = summarizeLines(bytes);
  await results.return(undefined);
  return aggregate(summaries);
}
const perDay = async (source: AsyncIterable<Uint8Array>): Promise<{ day: string; calls: number }[]> => (await read(source)).day;

try { parse(""); } catch (error) { if (error instanceof PostCallError) error.issues satisfies Issue[]; }
export const used = [valid, id, status, anything, duration, action, goal, missing, known, unknown, isDone, kind, share, answers, speaker, code, wrong, words, isKnown, judge, judged_summary, text, fields, isSigned, older, perDay];
`;
const NAMES =
  "aggregate, flattenIssues, parse, parseTranscript, postCall, PostCallError, prettifyIssues, safeParse, safeSummarize, sign, summarize, summarizeLines, validate, verifySignature, vocabularies";
const TYPES = "Analysis, CallStatus, Issue, IssueCode, JsonValue, LineResult, PayloadAnalysis, PostCall, Stats, Summary, Turn, Verdict";
const from = (specifier) => `import { ${NAMES} } from "${specifier}";\nimport type { ${TYPES} } from "${specifier}";\n`;

function compiles(name, settings) {
  const config = {
    compilerOptions: {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      types: [],
      ...settings,
    },
    files: [name],
  };
  const path = write(folder, `tsconfig.${name}.json`, JSON.stringify(config));
  try {
    execFileSync(process.execPath, [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", path], { encoding: "utf8" });
  } catch (error) {
    assert.fail(error.stdout);
  }
}

test("types hold for a module, in Node's resolution, with nothing but the oldest language library they need", () => {
  write(folder, "module.mts", from("postcall") + USE);
  compiles("module.mts", { module: "nodenext", target: "es2022", lib: ["es2020"] });
});

test("types hold for CommonJS", () => {
  const require = `import postcall = require("postcall");\nconst { ${NAMES.replace("PostCallError, ", "")} } = postcall;\nimport PostCallError = postcall.PostCallError;\n${TYPES.split(", ").map((name) => `type ${name} = postcall.${name};`).join("\n")}\n`;
  write(folder, "script.cts", require + USE.replace("export const used", "const used") + "\nexport = used;\n");
  compiles("script.cts", { module: "nodenext", target: "es2022", lib: ["es2022"] });
});

test("types hold for a bundler's resolution and the newest libraries", () => {
  write(folder, "bundled.ts", from("postcall") + USE);
  compiles("bundled.ts", { module: "esnext", moduleResolution: "bundler", target: "esnext", lib: ["esnext", "dom", "dom.iterable"] });
});

test("`postCall` is a Standard Schema and a Standard JSON Schema by the standard's own types", () => {
  const script = `
    import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
    import { postCall, type PostCall } from "postcall";
    const schema: StandardSchemaV1<unknown, PostCall> & StandardJSONSchemaV1<unknown, PostCall> = postCall;
    type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    const input: Same<StandardSchemaV1.InferInput<typeof postCall>, unknown> = true;
    const output: Same<StandardSchemaV1.InferOutput<typeof postCall>, PostCall> = true;
    export { input, output, schema };
  `;
  link(folder, "@standard-schema/spec");
  write(folder, "standard.mts", script);
  compiles("standard.mts", { module: "nodenext", target: "es2022", lib: ["es2022"] });
});

test("types of the browser's, Node's and the package's own streams, signals and workers fit together", () => {
  const script = `
    import { summarizeLines } from "postcall";
    import { connect, type Remote } from "postcall/client";
    const { signal } = new AbortController();
    for (const source of [new Response().body!, new Blob().stream()]) summarizeLines(source, { signal });
    const remote: Remote = connect(new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
    for await (const { line } of remote.summarizeLines(new File([], "calls.ndjson"), { signal, onProgress: ({ bytes }) => bytes.toFixed() })) line.toFixed();
    const { valid } = await remote.validate({});
    const headline: string = (await remote.summarize("{}", { strict: valid })).headline;
    // @ts-expect-error a worker takes no text for lines
    remote.summarizeLines("text");
    // @ts-expect-error nor an address for a worker
    connect("worker.js");
    export { headline };
  `;
  write(folder, "page.ts", script);
  compiles("page.ts", { module: "esnext", moduleResolution: "bundler", target: "esnext", lib: ["esnext", "dom", "dom.iterable", "dom.asynciterable"] });
});

test("types of the slim entry hold", () => {
  const script = `${from("postcall/slim")}import { init } from "postcall/slim";\n${USE}
    await init(new URL("https://example.com/postcall.wasm"));
    await init(fetch("postcall.wasm"));
    await init(new Uint8Array());
  `;
  write(folder, "slim.mts", script);
  compiles("slim.mts", { module: "nodenext", target: "es2022", lib: ["es2022", "dom"] });
});

test("every member of every interface says what it is", () => {
  const declarations = join(folder, "node_modules", "postcall", "dist", "esm");
  let count = 0;
  for (const name of ["abort", "client", "input", "issue", "lines", "payload", "read", "slim", "standard", "stats", "summary", "vocabularies"]) {
    const text = readFileSync(join(declarations, `${name}.d.ts`), "utf8");
    for (const [, interfaces] of text.matchAll(/^export (?:interface|declare class|type) [^\n]*\{\n(.*?)^\}(?! \|)/gms)) {
      const lines = interfaces.split("\n");
      lines.forEach((line, at) => {
        // What the standard's members are, the standard says; what those inside a summary are, docs/payload.md does.
        if (!/^ {4,}(readonly )?[\w"'~]+\??[(:]/.test(line) || (["standard", "summary"].includes(name) && /^ {5}/.test(line))) return;
        count++;
        // What a "[key: string]" index or a standard's own "~standard" is, its interface says.
        assert.ok(lines[at - 1]?.endsWith("*/") || line.includes('"~standard"'), `${name}: ${line.trim()}`);
      });
    }
  }
  assert.ok(count > 150, `${count}`);
});
