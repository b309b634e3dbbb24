import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A modal window over the page: the browser keeps the focus in it, and Escape closes it. */
export function Dialog(props: { title: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        props.close();
      }}
      // The backdrop belongs to the dialog: what is clicked beside the window's content is the dialog itself.
      onClick={(event) => {
        if (event.target === event.currentTarget) props.close();
      }}
    >
      <div class="dialog-body">
        <h1 id="dialog-title">{props.title}</h1>
        {props.children}
      </div>
    </dialog>
  );
}

/** Asks before something that cannot be undone. Nothing happens until the answer is yes. */
export function Confirm(props: {
  title: string;
  yes: string;
  busy: boolean;
  confirm: () => void;
  close: () => void;
  children: ComponentChildren;
}) {
  return (
    <Dialog title={props.title} close={props.close}>
      {props.children}
      <p class="dialog-buttons">
        <button type="button" class="button" autofocus onClick={props.close}>
          Keep it
        </button>
        <button type="button" class="button danger" disabled={props.busy} onClick={props.confirm}>
          {props.yes}
        </button>
      </p>
    </Dialog>
  );
}
