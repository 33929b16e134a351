/** The app behind its screens: every part is made here, once. */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { Accounts } from "./account/accounts";
import { Content } from "./content";
import { Facts } from "./facts";
import { Learner } from "./learner";
import type { Lesson } from "./learning/lesson";
import { keepDrawings } from "./media/drawings";
import { dataSaver, hasBegun, language } from "./preferences";
import { type DeviceDatabase, openDeviceDatabase } from "./store/device-database";
import { openOutboxDatabase } from "./store/outbox-database";
import { askToKeep } from "./store/room";
import { openChannel, sendInBackground } from "./sync/background";
import { Downloads } from "./sync/downloads";
import { Outbox } from "./sync/outbox";
import { Sender } from "./sync/sender";
import { Service } from "./sync/service";
import { keepSeal, ServiceClock } from "./sync/service-time";

const MINUTE_MS = 60_000;

export class App {
  /** Whether the last request found the service. */
  readonly isReachable: ReadonlySignal<boolean>;
  /** Lessons finished since the app was opened, by the key of their request: what a result tells more about. */
  readonly played = new Map<string, Lesson>();

  private constructor(
    /** The service's address, for pictures; the API is below it. */
    readonly base: URL,
    readonly device: DeviceDatabase,
    readonly service: Service,
    readonly outbox: Outbox,
    readonly sender: Sender,
    readonly content: Content,
    readonly learner: Learner,
    readonly accounts: Accounts,
    readonly facts: Facts,
    private readonly reachable: { value: boolean } & ReadonlySignal<boolean>,
  ) {
    this.isReachable = reachable;
  }

  /** Open the databases and show what they hold; nothing is asked of the service yet. Fails where nothing can be kept. */
  static async open(base: URL): Promise<App> {
    const [device, outboxDatabase] = await Promise.all([openDeviceDatabase(), openOutboxDatabase()]);
    const reachable = signal(navigator.onLine);
    const channel = openChannel();
    const clock = new ServiceClock();
    await clock.load(device);
    const service = new Service(
      new URL("api/v1", base).href,
      (time_seal) => {
        clock.take(time_seal);
        void keepSeal(device, time_seal).catch(() => {}); // such as a full disk: the one before stays
      },
      undefined,
      (isReached) => {
        reachable.value = isReached;
      },
    );
    const changed = () => {
      channel?.postMessage("changed");
      void app.learner.takeIn();
      void app.outbox.accounts().then((accounts) => (accounts.length > 0 ? sendInBackground() : undefined));
    };
    const outbox = new Outbox(outboxDatabase, changed);
    const sender = new Sender(outbox, service);
    const content = new Content(
      device,
      new Downloads(device, service, clock.now, () => language.peek() === "en"),
      (urls) => {
        void keepDrawings(urls.map((url) => new URL(url, base)));
      },
    );
    const tell = (told?: unknown) => channel?.postMessage(told ?? "changed");
    const learner = new Learner(device, outboxDatabase, outbox, service, tell, clock.now);
    const accounts = new Accounts(service, learner);
    const facts = new Facts(device, service);
    const app = new App(base, device, service, outbox, sender, content, learner, accounts, facts, reachable);
    channel?.addEventListener("message", ({ data }) => void learner.hear(data));
    await Promise.all([content.load(), learner.load(), facts.load()]);
    return app;
  }

  /** Send and ask for as long as the window is open. */
  start(): void {
    void this.sender.run(new AbortController().signal);
    const stop = effect(() => {
      if (this.learner.items.value.length === 0) return;
      queueMicrotask(() => stop());
      void askToKeep(); // after the first lesson there is something to lose
    });
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => {
      this.reachable.value = false;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
    setInterval(() => this.learner.look(), MINUTE_MS);
    this.wake();
  }

  /** The network may be back, or the learner looks again: send what waits and ask for news. */
  wake(): void {
    this.sender.hurry();
    void this.learner.takeIn();
    void this.refresh().catch(() => {}); // what is on the device stays on the screen
  }

  private async refresh(): Promise<void> {
    await Promise.all([this.content.refresh(), this.learner.refresh()]);
    await this.facts.refresh();
    if (hasBegun.value === "yes" && dataSaver.value === "off") {
      await this.content.downloadAll(await this.learner.downloader());
    }
  }
}

const Context = createContext<App | null>(null);
export const AppProvider = Context.Provider;

/** The app, for screens and parts. */
export function useApp(): App {
  const app = useContext(Context);
  if (app === null) throw new Error("outside of AppProvider");
  return app;
}
