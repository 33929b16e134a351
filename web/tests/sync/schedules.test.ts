/** Two hundred random lives of a device: nothing is lost, and nothing is sent twice under another key. */

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";
import { GUEST, openOutboxDatabase } from "../../src/store/outbox-database";
import { Outbox } from "../../src/sync/outbox";
import { Sender } from "../../src/sync/sender";
import { Service } from "../../src/sync/service";
import { seeded } from "../random";
import { doneLesson, finish, frozen } from "./device";
import { FakeService, LEVELS } from "./fake-service";

const SCHEDULES = 200;
const STEPS = 40;
const LEARNERS = ["1", "2"];

test("random schedules of cut, reload, kill, ended token, second learner, guest and retired level", async () => {
  const seen = { finished: 0, answered: 0, shelved: 0, claimed: 0, killed: 0, signedOut: 0 };
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    await new Device(seed, seen).live().catch((error) => {
      throw Object.assign(new Error(`the device of seed ${seed}`), { cause: error });
    });
  }
  // Schedules in which nothing happens would prove nothing.
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(SCHEDULES / 4);
}, 120_000);

class Device {
  private readonly service = new FakeService();
  private readonly random: () => number;
  private outbox!: Outbox;
  private sender!: Sender;
  private present = GUEST;
  private keys = 0;
  /** Who must have sent which lesson, by key; null: dropped by the learner's own choice. */
  private readonly owners = new Map<string, string | null>();
  private readonly told = new Map<string, number>();
  private readonly tokens: string[] = [];

  constructor(
    private readonly seed: number,
    private readonly seen: Record<string, number>,
  ) {
    this.random = seeded(seed);
    globalThis.indexedDB = new IDBFactory();
  }

  async live(): Promise<void> {
    await this.reload();
    for (let step = 0; step < STEPS; step++) await this.pick()();
    await this.comeHome();
    await this.check();
  }

  private pick(): () => Promise<void> {
    const learn = () => this.learn();
    const send = () => this.send();
    const steps = [learn, learn, learn, send, send, () => this.reload(), () => this.kill(), () => this.cut()];
    const rare = [() => this.signIn(), () => this.signOut(), () => this.endTokens(), () => this.retire()];
    return this.oneOf([...steps, ...steps, ...rare]);
  }

  /** A lesson from its first answer to its end, perhaps ended twice. */
  private async learn(): Promise<void> {
    const level_id = this.oneOf(LEVELS);
    await this.outbox.begin(this.present, doneLesson(level_id));
    const end = () => {
      const key = `${this.seed}-${++this.keys}`;
      const { request, finished } = frozen(level_id, key, 1_800_000_000_000 + this.keys * 1000);
      return this.outbox.finish(this.present, request, finished).then((isFinished) => {
        if (isFinished) this.owners.set(key, this.present);
        return isFinished;
      });
    };
    const finished = this.random() < 0.3 ? await Promise.all([end(), end()]) : [await end()];
    expect(finished.filter(Boolean)).toHaveLength(1);
    this.count("finished");
  }

  private async send(): Promise<void> {
    await this.sender.sendAll();
    if (this.random() < 0.3) await Promise.all([this.sender.sendAll(), this.sender.sendAll()]); // two windows
    await this.tell();
  }

  /** The app takes what was answered or refused, once each. */
  private async tell(): Promise<void> {
    for (const item of await this.outbox.items(this.present)) {
      if (item.state === "waiting") continue;
      this.told.set(item.request.key, (this.told.get(item.request.key) ?? 0) + 1);
      this.count(item.state);
      await this.outbox.forget(item);
    }
  }

  private async reload(): Promise<void> {
    this.outbox = new Outbox(await openOutboxDatabase());
    const service = new Service("", () => {}, this.service.fetch);
    this.sender = new Sender(this.outbox, service, (send) => send());
  }

  /** The browser dies while it sends: whatever the old page does from now on never arrives. */
  private async kill(): Promise<void> {
    const cut = this.service.cut;
    const [answer, dead] = [this.random() < 0.5, new Promise<never>(() => {})];
    const service = new Service(
      "",
      () => {},
      async (...request) => {
        if (answer) await this.service.fetch(...request).catch(() => null);
        return dead;
      },
    );
    void new Sender(this.outbox, service, (send) => send()).sendAll();
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.service.cut = cut;
    this.count("killed");
    await this.reload();
  }

  private async cut(): Promise<void> {
    this.service.cut = this.oneOf(["none", "before", "after"] as const);
  }

  private async signIn(account = this.oneOf(LEARNERS)): Promise<void> {
    if (this.present !== GUEST) await this.signOut();
    const choice = this.oneOf(["claim", "claim", "keep", "drop"] as const);
    const token = this.service.signIn(account);
    this.tokens.push(token);
    for (const [key, owner] of this.owners) {
      if (owner !== GUEST || choice === "keep") continue;
      this.owners.set(key, choice === "claim" ? account : null);
      this.count("claimed");
    }
    if (choice === "drop") await this.outbox.erase(GUEST);
    await this.outbox.signIn(account, token, choice === "claim" ? GUEST : null);
    this.present = account;
  }

  private async signOut(): Promise<void> {
    if (this.present === GUEST) return;
    await this.outbox.signOut(this.present, `${this.seed}-out-${++this.keys}`);
    this.count("signedOut");
    this.present = GUEST;
  }

  private async endTokens(): Promise<void> {
    this.service.endTokens(this.oneOf(LEARNERS));
  }

  private async retire(): Promise<void> {
    if (this.random() < 0.3) this.service.retired.add("l4");
  }

  /** The network is back, and everybody signs in and out again. */
  private async comeHome(): Promise<void> {
    this.service.cut = "none";
    for (const account of LEARNERS) {
      await this.signIn(account);
      await this.sender.sendAll();
      await this.tell();
      for (const level_id of ["l1", "l2", "l3"]) await this.learnLevel(level_id); // opens what waits locked
      await this.sender.sendAll();
      expect(await this.outbox.needsSignIn(account)).toBe(false);
      await this.tell();
      expect(await this.outbox.items(account)).toEqual([]);
      await this.signOut();
    }
    expect(await this.sender.sendAll()).toEqual({ state: "done" });
  }

  private async learnLevel(level_id: string): Promise<void> {
    const key = `${this.seed}-${++this.keys}`;
    await finish(this.outbox, this.present, level_id, key);
    this.owners.set(key, this.present);
  }

  private async check(): Promise<void> {
    const kept = (await this.outbox.items(GUEST)).map((item) => item.request.key);
    expect(kept.sort()).toEqual(
      [...this.owners]
        .filter(([, owner]) => owner === GUEST)
        .map(([key]) => key)
        .sort(),
    );
    const received = this.service.received.map(({ account, key }) => `${account} ${key}`).sort();
    const owned = [...this.owners].filter(([, owner]) => owner !== null && owner !== GUEST);
    expect(received).toEqual(owned.map(([key, owner]) => `${owner} ${key}`).sort());
    for (const [key] of owned) expect(this.told.get(key)).toBe(1);
    for (const [place, times] of this.service.paid) expect([place, times]).toEqual([place, 1]);
    for (const token of this.tokens) expect(this.service.isGood(token)).toBe(false);
  }

  private count(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1;
  }

  private oneOf<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)] as T;
  }
}
