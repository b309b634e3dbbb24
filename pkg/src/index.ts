// What the package exports, whichever way the binary comes.

export type { Input, Options } from "./input.js";
export { flattenIssues, type Issue, type Location, PostCallError, prettifyIssues } from "./issue.js";
export type * from "./payload.js";
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
export type { Analysis, Answer, FailedAction, Finding, Line, Share, Summary, Talk, Turn } from "./summary.js";
export { type IssueCode, type Outcome, type OutcomeRule, type Severity, type Speaker, vocabularies } from "./tables.js";
