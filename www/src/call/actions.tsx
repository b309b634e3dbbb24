import type { Summary } from "postcall";
import { Capped } from "../parts/capped";
import { counted } from "../parts/format";
import { Panel } from "../parts/panel";
import { Text } from "../parts/text";

const FIRST = 20;

/** The actions that failed, whatever the call's status says. */
export function FailedActions({ failed }: { failed: Summary["actions"]["failed"] }) {
  if (failed.length === 0) return null;
  return (
    <Panel title="Failed actions" name="actions" aside={`${counted(failed.length, "action")} failed`}>
      <Capped rows={failed} first={FIRST} noun="action">
        {(rows) => (
          <ul class="failures" data-testid="failed-actions">
            {rows.map((action, place) => (
              <li key={place}>
                <div class="failure-head">
                  <Text of={action.name} class="failure-name" />
                  <Text of={action.action_type} class="code quiet" />
                </div>
                <Text of={action.error} class="failure-error" />
              </li>
            ))}
          </ul>
        )}
      </Capped>
    </Panel>
  );
}
