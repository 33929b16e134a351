/** Whoever cannot see is not thrown back to the top of the page when what they pressed goes away. */

const REACHED = "a[href], button:not(:disabled), input:not(:disabled), summary";

interface Place {
  parent: Node;
  before: Node | null;
  after: Node | null;
}

/**
 * From now on: if what has the focus leaves the page, what stands next to its place gets it, unless something else took
 * it in the same rendering, as screens and questions do (in a layout effect).
 */
export function keepFocus(): void {
  let held: Node | null = null;
  document.addEventListener("focusin", ({ target }) => {
    held = target as Node;
  });
  new MutationObserver((changes) => {
    if (held === null || held.isConnected) return;
    const gone = held;
    held = null;
    if (document.activeElement !== document.body) return;
    const change = changes.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(gone)));
    if (change === undefined) return;
    const { target: parent, previousSibling: before, nextSibling: after } = change;
    nearest({ parent, before, after })?.focus({ preventScroll: true });
  }).observe(document.body, { childList: true, subtree: true });
}

/** Within the same screen; else its heading. */
function nearest(place: Place): HTMLElement | null {
  for (let { parent, before, after } = place; parent instanceof Element && parent.closest("main") !== null; ) {
    for (let node = after; node !== null; node = node.nextSibling) {
      const [first] = reachedIn(node);
      if (first !== undefined) return first;
    }
    for (let node = before; node !== null; node = node.previousSibling) {
      const last = reachedIn(node).pop();
      if (last !== undefined) return last;
    }
    [before, after] = [parent.previousSibling, parent.nextSibling];
    parent = parent.parentNode as Node;
  }
  return document.querySelector("h1");
}

function reachedIn(node: Node): HTMLElement[] {
  if (!(node instanceof HTMLElement) || !node.isConnected) return [];
  return node.matches(REACHED) ? [node] : [...node.querySelectorAll<HTMLElement>(REACHED)];
}
