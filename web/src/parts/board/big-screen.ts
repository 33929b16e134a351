/** The board for a whole room: alone on the screen, as large as it gets, and the screen stays on. */

import { useEffect, useState } from "preact/hooks";

/** Null where the browser cannot. */
export function useBigScreen(): { isBig: boolean; toggle(): void } | null {
  const [isBig, setBig] = useState(false);
  useEffect(() => {
    const look = () => setBig(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", look);
    return () => {
      document.removeEventListener("fullscreenchange", look);
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    };
  }, []);
  useEffect(() => {
    if (!isBig) return;
    document.documentElement.toggleAttribute("data-big-screen", true);
    const letSleep = keepAwake();
    return () => {
      document.documentElement.toggleAttribute("data-big-screen", false);
      letSleep();
    };
  }, [isBig]);
  const toggle = () => {
    const turned = isBig ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    turned.catch(() => {}); // it stays as it is
  };
  return document.fullscreenEnabled ? { isBig, toggle } : null;
}

/** Until it is called off. Whenever the window is hidden, the browser lets the screen sleep again. */
export function keepAwake(): () => void {
  let lock: Promise<WakeLockSentinel | null> | undefined;
  const hold = () => {
    if (document.visibilityState !== "visible") return;
    lock = navigator.wakeLock?.request("screen").catch(() => null); // such as on an empty battery
  };
  hold();
  document.addEventListener("visibilitychange", hold);
  return () => {
    document.removeEventListener("visibilitychange", hold);
    void lock?.then((held) => held?.release());
  };
}
