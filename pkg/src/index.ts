// What the package exports, whichever way the binary comes.

export type { Signal } from "./abort.js";
export type { Input, Options } from "./input.js";
export { type FlatIssues, flattenIssues, type Issue, type Location, PostCallError, prettifyIssues } from "./issue.js";
export {
  type ByteStream,
  type LineOptions,
  type LineResult,
  type LineSource,
  type Progress,
  summarizeLines,
} from "./lines.js";
export type * from "./payload.js";
/** The judge's analysis as a payload has it. `Analysis` is that of a summary. */
export type { Analysis as PayloadAnalysis } from "./payload.js";
export {
  parse,
  parseTranscript,
  type SafeParseResult,
  type SafeSummarizeResult,
  safeParse,
  safeSummarize,
  summarize,
  type ValidateResult,
  validate,
} from "./read.js";
export { sign, verifySignature } from "./signature.js";
export { type PostCallSchema, postCall, type SchemaTarget } from "./standard.js";
export { aggregate, type CriterionCounts, type Histogram, type Stats, type WordCounts } from "./stats.js";
export type { Analysis, Answer, FailedAction, Finding, Line, Share, Summary, Talk, Turn } from "./summary.js";
export type { IssueCode, Outcome, OutcomeRule, Severity, Speaker } from "./tables.js";
export { type Vocabularies, vocabularies } from "./vocabularies.js";
