import { signal } from "@preact/signals";
import type { Summary } from "postcall";
import type { ComponentChildren } from "preact";
import { maskedName, maskedNumber } from "./format";
import { Icon } from "./icon";
import { Nothing, Text } from "./text";

/** Whether names and numbers are shown. Asked for anew on every visit: it is kept nowhere. */
const revealed = signal(false);

/** The person on the other end; who it is only on request. */
export function Lead({ lead }: { lead: Summary["lead"] }) {
  const { name, phone_number } = lead;
  if (!name && !phone_number) return <Nothing>not given</Nothing>;
  return (
    <>
      {name && <LeadName name={name} />}
      {phone_number && (
        <div class="fact-small">
          {revealed.value ? <Text of={phone_number} /> : <Masked as={maskedNumber(phone_number)} />}
        </div>
      )}
    </>
  );
}

export function LeadName({ name }: { name: string }) {
  return revealed.value ? <Text of={name} /> : <Masked as={maskedName(name)} />;
}

export function Reveal({ what }: { what: ComponentChildren }) {
  return (
    <button type="button" class="small" aria-pressed={revealed.value} onClick={() => (revealed.value = !revealed.value)}>
      <Icon of="eye" />
      {revealed.value ? "Hide" : "Show"}
      {" "}
      {what}
    </button>
  );
}

function Masked({ as }: { as: string }) {
  return (
    <>
      <span class="unseen">hidden</span>
      <bdi class="text masked" aria-hidden="true">
        {as}
      </bdi>
    </>
  );
}
