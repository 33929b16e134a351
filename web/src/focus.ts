/** Whoever cannot see is not thrown back to the top of the page when what they pressed goes away. */

const REACHED = "a[href], button:not(:disabled), input:not(:disabled), summary";
/** In milliseconds: screens and questions that appear take the focus by themselves. */
const OTHERS_FIRST = 100;

interface Place {
  parent: Node;
  before: Node | null;
  after: Node | null;
}

/** From now on: if what has the focus leaves the page, what stands next to its place gets it. */
export function keepFocus(): void {
  let held: Node | null = null;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("focusin", ({ target }) => {
    held = target as Node;
    clearTimeout(waiting); // what went before that has been made up for
  });
  new MutationObserver((changes) => {
    if (held === null || held.isConnected) return;
    const gone = held;
    held = null;
    const change = changes.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(gone)));
    if (change === undefined) return;
    const { target: parent, previousSibling: before, nextSibling: after } = change;
    waiting = setTimeout(() => {
      if (document.activeElement === document.body) nearest({ parent, before, after })?.focus({ preventScroll: true });
    }, OTHERS_FIRST);
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
