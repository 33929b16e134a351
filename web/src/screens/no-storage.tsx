import { text } from "../texts";

/** Where the browser keeps nothing: lessons could be lost, so none begins. */
export function NoStorage({ detail }: { detail: string }) {
  return (
    <main class="screen">
      <p role="alert">{text("shell.storage")}</p>
      <p class="quiet">{detail}</p>
    </main>
  );
}
