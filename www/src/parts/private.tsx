import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { maskedName, maskedNumber } from "./format";
import { Icon } from "./icon";
import { Text } from "./text";

/** Whether names and numbers are shown. Asked for anew on every visit: it is kept nowhere. */
const revealed = signal(false);

export function PrivateName({ name }: { name: string }) {
  return revealed.value ? <Text of={name} /> : <Masked as={maskedName(name)} />;
}

export function PrivateNumber({ number }: { number: string }) {
  return revealed.value ? <Text of={number} /> : <Masked as={maskedNumber(number)} />;
}

export function Reveal({ what }: { what: ComponentChildren }) {
  return (
    <button type="button" class="small" aria-pressed={revealed.value} onClick={() => (revealed.value = !revealed.value)}>
      <Icon of="eye" />
      {revealed.value ? "Hide" : "Show"} {what}
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
