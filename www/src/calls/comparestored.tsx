import { useSignal } from "@preact/signals";
import { COMPARE, go } from "../app/router";
import { setSides } from "../inspector/sides";
import { Icon } from "../parts/icon";
import { say } from "../parts/saying";
import { getRawArrival, getRawCall } from "./api";

/** Leads to the comparison of a conflict with the call that is kept. */
export function CompareWithStored(props: { call_id: string; id: string; refuse: () => void }) {
  const busy = useSignal(false);
  const compare = async () => {
    busy.value = true;
    const [stored, conflict] = await Promise.all([getRawCall(props.call_id), getRawArrival("conflicts", props.id)]);
    busy.value = false;
    if (stored.ok && conflict.ok) {
      setSides({ name: "kept", bytes: stored.data }, { name: "conflict", bytes: conflict.data });
      go(COMPARE);
    } else if ([stored, conflict].some((answer) => !answer.ok && answer.problem.status === 401)) props.refuse();
    else say("The Worker did not give both versions. Try again.");
  };
  return (
    <button type="button" class="button" disabled={busy.value} onClick={() => void compare()}>
      <Icon of="copy" />
      Compare with the call that is kept
    </button>
  );
}
