import { Icon } from "../parts/icon";
import { weights } from "../parts/issues";
import { type Report, told } from "./inspection";

/** Whether the payload can be used, in words; read out when it changes. */
export function Verdict({ report }: { report: Report }) {
  const { valid, issues } = report;
  const odd = issues.length > 0;
  const serious = issues.some((issue) => issue.severity === "warning");
  return (
    <div
      class={`verdict ${valid ? (serious ? "verdict-odd" : "verdict-valid") : "verdict-invalid"}`}
      data-testid="verdict"
      data-valid={String(valid)}
    >
      <span class="verdict-mark">
        <Icon of={valid ? (serious ? "alert" : "check") : "cross"} />
      </span>
      <div>
        {valid ? <strong>Valid</strong> : <h1>Not valid, and here is why</h1>}
        {told.value && (
          <p>
            {!valid && `${weights(issues)}. What is marked as an error keeps this payload from being used.`}
            {valid && odd && `${weights(issues)}. The call can be used${serious ? "; mind these places" : ""}.`}
            {valid && !odd && "Every field is in its documented form."}
          </p>
        )}
      </div>
    </div>
  );
}
