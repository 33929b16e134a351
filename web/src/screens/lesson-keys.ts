import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Number keys choose what has the key in `data-key`; Enter checks or goes on, unless it presses what has the focus. */
export function useLessonKeys(body: RefObject<HTMLElement | null>, goOn: () => void): void {
  const latest = useRef(goOn);
  latest.current = goOn;
  // Not an ordinary effect, which runs after the paint: a key pressed at once would be lost.
  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      if (event.repeat) {
        if (event.key === "Enter") event.preventDefault(); // held down, it must not skip the verdict
        return;
      }
      const target = event.target instanceof Element ? event.target : document.body;
      const isTyping = target.matches("input[type=text]");
      if (event.key === "Enter") {
        const pressesItself = target.closest("button:not([aria-disabled=true]), a, summary") !== null;
        if (!pressesItself) {
          event.preventDefault();
          latest.current();
        }
      } else if (/^[1-9]$/.test(event.key) && !isTyping) {
        // The focus stays where it is, so that Enter checks, and takes nothing back.
        body.current?.querySelector<HTMLElement>(`[data-key="${event.key}"]`)?.click();
      }
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [body]);
}
