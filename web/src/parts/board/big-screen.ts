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

/** Until it is called off. */
function keepAwake(): () => void {
  const lock = navigator.wakeLock?.request("screen").catch(() => null); // such as on an empty battery
  return () => void lock?.then((held) => held?.release());
}
