/** Sends what waits in the outbox, in order, until the service has answered each item once. */

import type { Item } from "../store/outbox-database";
import { pause } from "./backoff";
import { Refused, Unreachable } from "./errors";
import type { Outbox } from "./outbox";
import type { Call } from "./service";

/** Between tries at what waits for another level only: its prerequisite may come from another device. */
const LOCKED_SECONDS = 15 * 60;

interface Api {
  call(call: Call): Promise<Record<string, unknown>>;
}

/** What is left: `again` says that it failed for now, `locked` that only locked items wait. */
export type Outcome = { state: "done" } | { state: "locked" } | { state: "again"; retryAfter: number | null };

const LATER: Outcome = { state: "again", retryAfter: null };

/** One window at a time, where the browser can tell; without that, the keys keep a second one harmless. */
export type Exclusively = <T>(send: () => Promise<T>) => Promise<T>;

export const oneWindowAtATime: Exclusively = async (send) =>
  globalThis.navigator?.locks ? await navigator.locks.request("scout-os-outbox", send) : await send();

export class Sender {
  private hurried: () => void = () => {};
  private isHurried = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly api: Api,
    private readonly exclusively: Exclusively = oneWindowAtATime,
  ) {}

  /** Send now: something was added, somebody signed in, the network came back, the app is looked at again. */
  hurry(): void {
    this.isHurried = true;
    this.hurried();
  }

  /** Send for as long as the app is open. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.hurry());
    for (let tries = 0; !signal.aborted; ) {
      this.isHurried = false;
      const outcome = await this.exclusively(() => this.sendAll()).catch(() => LATER); // such as a full disk
      tries = outcome.state === "again" ? tries + 1 : 0;
      if (outcome.state === "done") await this.wait(null);
      else if (outcome.state === "locked") await this.wait(LOCKED_SECONDS);
      else await this.wait(pause(tries, outcome.retryAfter));
    }
  }

  /** Send once all that can be sent, each account's with its own token. */
  async sendAll(): Promise<Outcome> {
    let outcome: Outcome = { state: "done" };
    for (const account of await this.outbox.accounts()) {
      try {
        const isLocked = await this.sendAccount(account);
        if (isLocked && outcome.state === "done") outcome = { state: "locked" };
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        outcome = { state: "again", retryAfter: error.retryAfter };
      }
    }
    return outcome;
  }

  /** Whether locked items are left. Raises `Unreachable`: what comes later must not overtake what failed. */
  private async sendAccount(account: string): Promise<boolean> {
    const locked = new Set<number>();
    for (;;) {
      const waiting = (await this.outbox.items(account)).filter((item) => item.state === "waiting");
      const item = waiting.find(({ order }) => !locked.has(order));
      if (item === undefined) return locked.size > 0;
      const token = await this.outbox.tokenFor(item);
      if (token === null) return false; // its owner must sign in
      const isAnswered = await this.sendItem(item, token, locked);
      if (isAnswered) locked.clear(); // it may have been what the locked ones wait for
    }
  }

  private async sendItem(item: Item, token: string, locked: Set<number>): Promise<boolean> {
    try {
      const answer = await this.api.call({ ...item.request, token });
      if (answer.success !== true) throw new Unreachable("an answer that is not the service's");
      await this.outbox.answered(item, answer);
      return item.kind === "submission";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) await this.outbox.forgetToken(item.account, token);
      else if (item.kind === "sign_out") await this.outbox.forget(item);
      else if (error.code === "level_locked") {
        locked.add(item.order);
        await this.outbox.locked(item);
      } else {
        const { status, code, detail } = error;
        await this.outbox.shelved(item, { status, code, detail });
      }
      return false;
    }
  }

  private async wait(seconds: number | null): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.hurried = resolve;
      if (seconds !== null) timer = setTimeout(resolve, seconds * 1000);
      if (this.isHurried) resolve();
    });
    clearTimeout(timer);
  }
}
