import type { Summary } from "postcall";
import { Capped } from "./capped";
import { counted } from "./format";
import { Panel } from "./panel";
import { Text, Value } from "./text";

const FIRST = 50;

/** What the conversation flow collected. */
export function Variables({ variables }: { variables: Summary["variables"] }) {
  const rows = Object.entries(variables);
  if (rows.length === 0) return null;
  return (
    <Panel title="Variables" name="variables" aside={counted(rows.length, "variable")}>
      <Capped rows={rows} first={FIRST} noun="variable">
        {(shown) => (
          <dl class="rows" data-testid="variables">
            {shown.map(([name, value]) => (
              <div key={name}>
                <dt>
                  <Text of={name} />
                </dt>
                <dd>
                  <Value of={value} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Capped>
    </Panel>
  );
}
