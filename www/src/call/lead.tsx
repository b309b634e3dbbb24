import type { Summary } from "postcall";
import { PrivateName, PrivateNumber } from "../parts/private";
import { Nothing } from "../parts/text";

/** The person on the other end; who it is only on request. */
export function Lead({ lead }: { lead: Summary["lead"] }) {
  const { name, phone_number } = lead;
  if (!name && !phone_number) return <Nothing>not given</Nothing>;
  return (
    <>
      {name && <PrivateName name={name} />}
      {phone_number && (
        <div class="fact-small">
          <PrivateNumber number={phone_number} />
        </div>
      )}
    </>
  );
}
