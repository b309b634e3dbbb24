import type { Summary } from "postcall";
import { Capped } from "../parts/capped";
import { counted } from "../parts/format";
import { Panel } from "../parts/panel";
import { Rows } from "../parts/rows";
import { Text, Value } from "../parts/text";

const FIRST = 50;

/** What the conversation flow collected. */
export function Variables({ variables }: { variables: Summary["variables"] }) {
  const rows = Object.entries(variables);
  if (rows.length === 0) return null;
  return (
    <Panel title="Variables" name="variables" aside={counted(rows.length, "variable")}>
      <Capped rows={rows} first={FIRST} noun="variable">
        {(shown) => (
          <Rows name="variables" rows={shown.map(([name, value]) => [<Text of={name} />, <Value of={value} />])} />
        )}
      </Capped>
    </Panel>
  );
}
