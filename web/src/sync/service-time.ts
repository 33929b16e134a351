/** The service's time as far as the device knows it: a wrong clock must not cost a child its streak. */

import { type DeviceDatabase, readValue } from "../store/device-database";
import { transact } from "../store/transact";

/** The last `Time-Seal` (`<seconds since 1970>.<seal>`), and the device's clock when it came, in milliseconds. */
export interface HeldSeal {
  time_seal: string;
  held_at: number;
}

/** The newer one of two seals. */
export function newerSeal(held: HeldSeal | null, came: HeldSeal): HeldSeal {
  return held !== null && sealedAt(held) > sealedAt(came) ? held : came;
}

/** The sealed time and what the device's clock has moved since; without a seal, the device's clock. */
export function serviceTime(held: HeldSeal | null, now: number): number {
  return held === null ? now : sealedAt(held) + Math.max(0, now - held.held_at);
}

/** The service's time, by the newest seal that came. */
export class ServiceClock {
  private held: HeldSeal | null = null;

  readonly now = (): number => serviceTime(this.held, Date.now());

  /** Go on with the seal that the device held. */
  async load(device: DeviceDatabase): Promise<void> {
    const held = await readValue(device, "time_seal");
    if (held !== null) this.held = newerSeal(this.held, held);
  }

  take(time_seal: string): void {
    this.held = newerSeal(this.held, { time_seal, held_at: Date.now() });
  }
}

/** Keep the seal of an answer that has just come, unless a newer one is held. */
export async function keepSeal(device: DeviceDatabase, time_seal: string): Promise<void> {
  const came = { time_seal, held_at: Date.now() };
  await transact(device, ["values"], async (transaction) => {
    const values = transaction.objectStore("values");
    const held = (await values.get("time_seal")) as HeldSeal | undefined;
    await values.put(newerSeal(held ?? null, came), "time_seal");
  });
}

function sealedAt({ time_seal }: HeldSeal): number {
  return Number(time_seal.split(".")[0]) * 1000;
}
