/** Switching the daily reminder on and off. Only browsers that wake a closed app can remind: Chromium's, of an installed app. */

import type { DeviceDatabase } from "./store/device-database";
import { writeValue } from "./store/device-database";
import { REMINDER_TAG, type Reminder } from "./sync/reminder";

/** Browsers make it longer if the app is seldom used. */
const EVERY_MS = 12 * 60 * 60 * 1000;

interface Waking {
  register(tag: string, options: { minInterval: number }): Promise<void>;
  unregister(tag: string): Promise<void>;
  getTags(): Promise<string[]>;
}

/** Whether it is on; null: this browser cannot remind. */
export async function isReminding(): Promise<boolean | null> {
  const waking = await findWaking();
  if (waking === null) return null;
  const isOn = (await waking.getTags()).includes(REMINDER_TAG);
  return isOn && Notification.permission === "granted";
}

/** Ask for what is needed and switch it on; false: the learner or the phone does not allow it. */
export async function beginReminding(
  device: DeviceDatabase,
  words: Pick<Reminder, "title" | "body">,
): Promise<boolean> {
  const waking = await findWaking();
  if (waking === null || (await Notification.requestPermission()) !== "granted") return false;
  await writeValue(device, "reminder", { ...words, shown_on: null });
  await waking.register(REMINDER_TAG, { minInterval: EVERY_MS });
  return true;
}

export async function endReminding(device: DeviceDatabase): Promise<void> {
  await writeValue(device, "reminder", null);
  await (await findWaking())?.unregister(REMINDER_TAG);
}

async function findWaking(): Promise<Waking | null> {
  if (!("Notification" in globalThis)) return null;
  try {
    const name = "periodic-background-sync" as PermissionName;
    if ((await navigator.permissions.query({ name })).state !== "granted") return null;
    const registration = await navigator.serviceWorker?.getRegistration();
    return (registration as { periodicSync?: Waking } | undefined)?.periodicSync ?? null;
  } catch {
    return null; // an unknown permission
  }
}
