import type { Summary } from "postcall";
import type { ComponentChildren } from "preact";
import { Panel } from "../parts/panel";
import { Rows } from "../parts/rows";
import { Nothing, SafeLink, Text } from "../parts/text";

/** The words and ids of a call as they stand on the wire. */
export function Details({ summary }: { summary: Summary }) {
  const rows: [string, ComponentChildren][] = [
    ["Call id", <Word of={summary.call_id} />],
    ["Status", <Word of={summary.status} />],
    ["End reason", <Word of={summary.end_call_reason} />],
  ];
  if (summary.custom_end_call_reason !== null)
    rows.push(["Custom reason", <Text of={summary.custom_end_call_reason} />]);
  if (summary.recording_url !== null)
    rows.push(["Recording", <SafeLink to={summary.recording_url}>Open the recording</SafeLink>]);
  if (summary.external_id !== null) rows.push(["External id", <Word of={summary.external_id} />]);
  if (summary.model_id !== null) rows.push(["Model id", <Word of={summary.model_id} />]);
  return (
    <Panel title="Details" name="details">
      <Rows rows={rows} />
    </Panel>
  );
}

function Word({ of }: { of: string | null }) {
  return of === null ? <Nothing>not given</Nothing> : <Text of={of} class="code" />;
}
