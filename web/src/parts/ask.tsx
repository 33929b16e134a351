import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { text } from "../texts";

/** A question before something is done; while it is open, nothing else can be reached, and it gives the focus back. */
export function Ask({
  title,
  yes,
  isDanger = false,
  answer,
  children,
}: {
  title: string;
  yes: string;
  isDanger?: boolean;
  answer(isYes: boolean): void;
  children?: ComponentChildren;
}) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="ask" aria-labelledby={id} aria-describedby={`${id}-text`} onClose={() => answer(false)}>
      <h2 id={id}>{title}</h2>
      <div id={`${id}-text`}>{children}</div>
      <div class="actions">
        <button type="button" class="button plain" onClick={() => dialog.current?.close()}>
          {text("me.cancel")}
        </button>
        <button type="button" class={isDanger ? "button danger" : "button"} onClick={() => answer(true)}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
