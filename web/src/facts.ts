/** What the app should know about the service: its version, who grades, the scout ranks. Kept on the device. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { type DeviceDatabase, readValue, type Values, writeValue } from "./store/device-database";
import { FRESH_MS } from "./sync/downloads";
import type { Service } from "./sync/service";

export class Facts {
  readonly info: ReadonlySignal<Values["info"] | null>;
  /** Lowest first; null: not known yet. */
  readonly ranks: ReadonlySignal<Values["ranks"] | null>;

  private readonly state = {
    info: signal<Values["info"] | null>(null),
    ranks: signal<Values["ranks"] | null>(null),
  };

  constructor(
    private readonly device: DeviceDatabase,
    private readonly service: Service,
  ) {
    this.info = this.state.info;
    this.ranks = this.state.ranks;
  }

  async load(): Promise<void> {
    this.state.info.value = await readValue(this.device, "info");
    this.state.ranks.value = await readValue(this.device, "ranks");
  }

  /** Once a day. Raises `Refused` or `Unreachable`. */
  async refresh(now: number = Date.now()): Promise<void> {
    const asked = (await readValue(this.device, "facts_at")) ?? 0;
    if (now >= asked && now - asked < FRESH_MS) return;
    const info = (await this.service.call({ method: "GET", path: "/info" })) as unknown as Values["info"];
    const ranks = await this.service.call({ method: "GET", path: "/leaderboard/ranks" });
    await writeValue(this.device, "info", info);
    await writeValue(this.device, "ranks", (ranks.data as { ranks: Values["ranks"] }).ranks);
    await writeValue(this.device, "facts_at", now);
    await this.load();
  }
}
