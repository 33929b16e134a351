/** The second tap of a double tap was meant for the screen before, and must not press what has come under the finger. */

const DOUBLE_TAP_MS = 350;
const FINGER_PX = 24;

export function ignoreDoubleTaps(): void {
  let first: { event: MouseEvent; screen: Element | null } | null = null;
  const tapped = (event: MouseEvent) => {
    if (event.detail === 0) return; // a key
    const before = first;
    const target = event.target as Element;
    first = { event, screen: target.closest("main") };
    if (before === null || event.timeStamp - before.event.timeStamp > DOUBLE_TAP_MS) return;
    const moved = Math.hypot(event.clientX - before.event.clientX, event.clientY - before.event.clientY);
    if (moved > FINGER_PX || before.screen?.isConnected !== false) return;
    if (target.closest("button, a") === null) return; // what is only chosen does no harm
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", tapped, { capture: true });
}
