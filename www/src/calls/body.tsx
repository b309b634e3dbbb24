import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Confirm } from "../parts/dialog";
import { download, fileName } from "../parts/download";
import { Icon } from "../parts/icon";
import { say } from "../parts/saying";
import type { Answer } from "./api";

/** What can be done with a body that the Worker keeps: look at the bytes, save them, erase them. */
export function Body(props: {
  /** What the body is, in a word. */
  name: string;
  id: string;
  raw: () => Promise<Answer<Uint8Array>>;
  inspect: (name: string, bytes: Uint8Array) => void;
  /** Whether it was erased; where it was not, the reader is told. */
  erase: () => Promise<boolean>;
  /** What goes with it. */
  children: ComponentChildren;
}) {
  const asking = useSignal(false);
  const busy = useSignal(false);
  const file = fileName(props.name, props.id, "json");
  const withBytes = async (use: (bytes: Uint8Array) => void) => {
    busy.value = true;
    const answer = await props.raw();
    busy.value = false;
    if (answer.ok) use(answer.data);
    else if (answer.problem.status !== 401) say(`The Worker did not give the ${props.name}. Try again.`);
  };
  const erase = async () => {
    busy.value = true;
    const erased = await props.erase();
    busy.value = false;
    if (!erased) say(`The ${props.name} was not erased. Try again.`);
    asking.value = false;
  };
  return (
    <div class="body-tools">
      <button
        type="button"
        class="small"
        disabled={busy.value}
        onClick={() => void withBytes((bytes) => props.inspect(file, bytes))}
      >
        <Icon of="search" />
        Inspect
      </button>
      <button
        type="button"
        class="small"
        disabled={busy.value}
        onClick={() => void withBytes((bytes) => download(file, [new Uint8Array(bytes)], "application/json"))}
      >
        <Icon of="save" />
        Download
      </button>
      <button type="button" class="small danger-text" disabled={busy.value} onClick={() => (asking.value = true)}>
        <Icon of="erase" />
        Erase
      </button>
      {asking.value && (
        <Confirm
          title={`Erase this ${props.name}?`}
          yes="Erase it"
          busy={busy.value}
          confirm={() => void erase()}
          close={() => (asking.value = false)}
        >
          {props.children}
        </Confirm>
      )}
    </div>
  );
}
