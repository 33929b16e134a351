import { openDeviceDatabase } from "../store/device-database";
import { openOutboxDatabase } from "../store/outbox-database";
import { openChannel } from "../sync/background";
import { Outbox } from "../sync/outbox";
import { oneWindowAtATime, Sender } from "../sync/sender";
import { Service } from "../sync/service";
import { keepSeal } from "../sync/service-time";

/** Send what waits, never while a window does. Fails if something is left that may be sent later: the browser asks again. */
export async function sendOutbox(base: URL): Promise<void> {
  const [device, database] = await Promise.all([openDeviceDatabase(), openOutboxDatabase()]);
  const channel = openChannel();
  const seals: Promise<void>[] = [];
  try {
    const outbox = new Outbox(database, () => channel?.postMessage("changed"));
    const service = new Service(new URL("api/v1", base).href, (timeSeal) => {
      seals.push(keepSeal(device, timeSeal));
    });
    const { state } = await oneWindowAtATime(() => new Sender(outbox, service).sendAll());
    if (state === "again") throw new Error("the outbox could not be sent");
  } finally {
    await Promise.allSettled(seals);
    channel?.close();
    database.close();
    device.close();
  }
}
