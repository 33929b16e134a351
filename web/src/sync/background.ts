/** What windows and the service worker agree on. */

/** Windows and the worker tell each other that something changed. */
const CHANNEL = "scout-os";
export const OUTBOX_TAG = "scout-os-outbox";
/** The cache in which the worker keeps learners' pictures. */
export const AVATARS = "scout-os-avatars";

/** Null where the browser has none: then each window learns of others' changes when it is looked at again. */
export function openChannel(): BroadcastChannel | null {
  return typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
}

/** Have the outbox sent when there is a network, also after the window is closed, where the browser can do so. */
export async function sendInBackground(): Promise<void> {
  try {
    const registration = (await navigator.serviceWorker?.getRegistration()) as Syncing | undefined;
    await registration?.sync?.register(OUTBOX_TAG);
  } catch {
    // It is not allowed: the next window sends.
  }
}

interface Syncing {
  sync?: { register(tag: string): Promise<void> };
}
