import { StorageFull } from "../store/transact";
import { text } from "../texts";

/** Where the browser keeps nothing, or the device is full: lessons could be lost, so none begins. */
export function NoStorage({ error }: { error: unknown }) {
  const isFull = error instanceof StorageFull;
  return (
    <main class="screen">
      <p role="alert">{text(isFull ? "problem.storage_full" : "shell.storage")}</p>
      <p class="quiet">{String(error)}</p>
    </main>
  );
}
