/** Putting the app on the home screen: proposed once it has shown what it is good for, and never again if declined. */

import { computed, effect, signal } from "@preact/signals";
import { route } from "./routes";

/** Finished lessons before the app proposes it. */
const LESSONS = 2;
const KEPT_AS = "scout-os.install";

/** What Chromium offers; other browsers have no such event. */
interface InstallOffer extends Event {
  prompt(): Promise<void>;
}

interface Kept {
  lessons: number;
  isDeclined: boolean;
}

const kept = signal<Kept>(read());
const offer = signal<InstallOffer | null>(null);
const isInstalled = signal(matchMedia("(display-mode: standalone)").matches || onAppleHomeScreen() === true);

/** How the app can be put on the home screen, if it is time to say so: by a button, or in Apple's menu. */
export const installBy = computed<"button" | "menu" | null>(() => {
  if (isInstalled.value || kept.value.isDeclined || kept.value.lessons < LESSONS) return null;
  if (offer.value !== null) return "button";
  return onAppleHomeScreen() === false ? "menu" : null;
});

/** Count lessons, and keep the browser's offer until it is time. */
export function watchForInstall(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // the browser would propose it in the first lesson
    offer.value = event as InstallOffer;
  });
  addEventListener("appinstalled", () => {
    isInstalled.value = true;
  });
  let last = "";
  effect(() => {
    const { value } = route;
    if (value.screen !== "result" || value.key === last) return;
    last = value.key;
    const before = kept.peek();
    if (before.lessons < LESSONS) keep({ ...before, lessons: before.lessons + 1 });
  });
}

/** Ask the browser; an offer is good for one question. */
export async function install(): Promise<void> {
  const asked = offer.value;
  offer.value = null;
  await asked?.prompt();
}

export function declineInstall(): void {
  keep({ ...kept.value, isDeclined: true });
}

/** Only Apple's browsers know the word; false: the app is in the browser, and its menu can install it. */
function onAppleHomeScreen(): boolean | undefined {
  return (navigator as { standalone?: boolean }).standalone;
}

function keep(value: Kept): void {
  kept.value = value;
  try {
    localStorage.setItem(KEPT_AS, `${value.lessons} ${value.isDeclined ? "declined" : "open"}`);
  } catch {
    // It lasts as long as the window.
  }
}

function read(): Kept {
  try {
    const [lessons = "0", answer] = (localStorage.getItem(KEPT_AS) ?? "").split(" ");
    return { lessons: Number(lessons) || 0, isDeclined: answer === "declined" };
  } catch {
    return { lessons: 0, isDeclined: false };
  }
}
