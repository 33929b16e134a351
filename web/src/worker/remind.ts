import { openDeviceDatabase, readValue } from "../store/device-database";
import { openOutboxDatabase } from "../store/outbox-database";
import { Outbox } from "../sync/outbox";
import { REMINDER_TAG, takeReminder } from "../sync/reminder";
import { serviceTime } from "../sync/service-time";

declare const self: ServiceWorkerGlobalScope;

/** Show the reminder if it is due. */
export async function remind(app: URL): Promise<void> {
  const [device, database] = await Promise.all([openDeviceDatabase(), openOutboxDatabase()]);
  try {
    const now = serviceTime(await readValue(device, "time_seal"), Date.now());
    const due = await takeReminder(device, new Outbox(database), now);
    if (due === null) return;
    const icon = new URL("icon-192.png", app).href;
    await self.registration.showNotification(due.title, { body: due.body, icon, tag: REMINDER_TAG });
  } finally {
    database.close();
    device.close();
  }
}

/** A tap on the reminder leads into the app. */
export async function openApp(app: URL): Promise<void> {
  const [open] = await self.clients.matchAll({ type: "window" });
  await (open?.focus() ?? self.clients.openWindow(app));
}
