import type { ComponentType, FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { text } from "../texts";

/** Loads of parts that are not needed at the start; see `loadTheRest`. */
const loads: (() => Promise<unknown>)[] = [];

/** A component whose code comes in a file of its own, when it is first shown. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): FunctionComponent<Props> {
  let Loaded: ComponentType<Props> | null = null;
  const loadOnce = async () => {
    Loaded ??= await load();
  };
  loads.push(loadOnce);
  return (props) => {
    const [state, setState] = useState<"loading" | "loaded" | "failed">(Loaded === null ? "loading" : "loaded");
    useEffect(() => {
      if (state !== "loaded") {
        loadOnce().then(
          () => setState("loaded"),
          () => setState("failed"),
        );
      }
    }, []);
    if (Loaded !== null) return <Loaded {...props} />;
    return state === "failed" ? <Missing /> : <p class="screen quiet">{text("shell.loading")}</p>;
  };
}

/** Load what is left, so that it is there without a network, and also after another version took the place of this one. */
export async function loadTheRest(): Promise<void> {
  await Promise.allSettled(loads.map((load) => load()));
}

/** A browser may remember that a file could not be loaded, so only a new start helps. */
function Missing() {
  return (
    <main class="screen">
      <p role="alert">{text("problem.unreachable")}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {text("shell.again")}
      </button>
    </main>
  );
}
