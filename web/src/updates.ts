/** The service worker of this window: it makes the app work without a network, and brings its next version. */

import { computed, effect, signal } from "@preact/signals";
import { loadTheRest } from "./parts/later";
import { type Route, route } from "./routes";

/** Of the app that runs in this window. */
export const version = __VERSION__;

/** Screens where nothing is lost if the window is loaded again. */
const CALM: ReadonlySet<Route["screen"]> = new Set([
  "start",
  "path",
  "board",
  "profile",
  "settings",
  "waiting",
  "about",
]);
/** Held by each window in which something would be lost. */
const BUSY = "scout-os-busy";
const ASK_MS = 60 * 60 * 1000;
/** For so long, a screen asks for its files. */
const SETTLE_MS = 1000;

const isCalm = computed(() => CALM.has(route.value.screen));
/** A new version that is on the device and not yet in use. */
const next = signal<ServiceWorker | null>(null);
/** Whether another version serves this window than the one that it runs. */
const isOutdated = signal(false);

/** Take each new version as soon as no window has a lesson open. Without workers the app runs as it was loaded. */
export function keepUpToDate(service: URL): void {
  if (import.meta.env.DEV || navigator.serviceWorker === undefined) return;
  showBusy();
  effect(() => {
    if (isCalm.value && isOutdated.value) location.reload();
  });
  effect(() => {
    if (isCalm.value && next.value !== null) void whenAllAreCalm(next.value);
  });
  register(service).catch(() => {}); // such as in a private window, or on a full disk
}

async function register(service: URL): Promise<void> {
  const { serviceWorker } = navigator;
  let hasOne = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    isOutdated.value = hasOne; // the first one is of the version that runs
    hasOne = true;
  });
  const registration = await serviceWorker.register(workerFor(service), { updateViaCache: "none" });
  const look = () => {
    if (registration.waiting !== null && serviceWorker.controller !== null) next.value = registration.waiting;
  };
  const watch = () => registration.installing?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", watch);
  watch();
  look();
  askAgain(registration);
  await serviceWorker.ready; // all files are on the device
  await loadTheRest();
}

/** The worker's address, which tells it where the service is. */
function workerFor(service: URL): URL {
  const here = new URL("./", document.baseURI);
  const url = new URL("worker.js", here);
  if (service.href !== here.href) url.searchParams.set("service", service.href);
  return url;
}

/** A window that stays open for days would hear of no new version. */
function askAgain(registration: ServiceWorkerRegistration): void {
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < ASK_MS) return;
    asked = Date.now();
    registration.update().catch(() => {}); // no network
  });
}

/** Let other windows know while this one must not be disturbed. */
function showBusy(): void {
  if (navigator.locks === undefined) return;
  effect(() => {
    if (isCalm.value) return undefined;
    const lesson = new AbortController();
    const over = new Promise<void>((done) => lesson.signal.addEventListener("abort", () => done()));
    void navigator.locks.request(BUSY, { mode: "shared" }, () => over);
    return () => lesson.abort();
  });
}

/**
 * Let `worker` take over once no window is busy.
 *
 * Chromium stops the worker in charge for that. A window that asks for a file at that moment starts it again, and
 * Chromium forgets about the new one until the old one has been idle for 30 s. So windows ask one after the other, each
 * when a moment has passed, and until it is done. Only the first message counts; what makes Chromium try again is a
 * script's start.
 */
async function whenAllAreCalm(worker: ServiceWorker): Promise<void> {
  for (let tries = 0; isCalm.value && worker.state === "installed"; tries++) {
    await noneIsBusy(() => new Promise((settled) => setTimeout(settled, SETTLE_MS)));
    if (!isCalm.value || worker.state !== "installed") return; // if this window is busy, it asks again when it is calm
    if (tries === 0) worker.postMessage("take over");
    else new Worker(new URL("./worker/ends-at-once.ts", import.meta.url));
  }
}

async function noneIsBusy(work: () => Promise<void>): Promise<void> {
  await (navigator.locks === undefined ? work() : navigator.locks.request(BUSY, work));
}
