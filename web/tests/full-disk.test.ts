/** A disk that is full at any write between the first question and the service's answer: nothing is lost. */

import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, expect, test, vi } from "vitest";
import { App } from "../src/app";
import { LessonRun } from "../src/lesson-run";
import { StorageFull } from "../src/store/transact";
import { putLevel } from "./level";

const QUESTION = {
  ...{ id: "q1", level_id: "l", question: "?", xp: 5, order: 1, type: "true_false" },
  payload: { correct_answer: true },
};
const PROFILE = { id: 1, name: "Budi", total_xp: 0, streak: 0, longest_streak: 0, last_active_date: null };
const { put, add, delete: remove } = IDBObjectStore.prototype;

/** Full from its `full`-th write on, until there is room again. */
class Disk {
  writes = 0;
  failed = false;

  constructor(private full: number) {
    const write = (real: (...given: never[]) => IDBRequest) =>
      function (this: IDBObjectStore, ...given: never[]) {
        disk.count();
        return real.apply(this, given);
      };
    const disk = this;
    Object.assign(IDBObjectStore.prototype, { put: write(put), add: write(add), delete: write(remove) });
  }

  private count(): void {
    if (++this.writes < this.full) return;
    this.failed = true;
    throw new DOMException("full", "QuotaExceededError");
  }

  /** Do it; if the disk is full, the learner is told, makes room, and tries again. */
  async insist<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      expect(error).toBeInstanceOf(StorageFull);
      this.full = Number.POSITIVE_INFINITY;
      return step();
    }
  }
}

/** Pays each level once, whatever is sent again. */
class Paying {
  readonly received = new Map<string, string>();

  readonly fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const path = String(url).split("/api/v1")[1];
    if (path === "/users/me") return Response.json({ success: true, data: PROFILE });
    if (path === "/training/progress/levels") return Response.json({ success: true, levels: {} });
    if (path !== "/training/progress/submit") throw new TypeError("no network");
    const key = (init.headers as Record<string, string>)["Idempotency-Key"] ?? "";
    this.received.set(key, String(init.body));
    const total_xp = 10;
    const xp_earned = this.received.size === 1 ? total_xp : 0;
    const reached = { status: "COMPLETED", correct_answers: 1, total_questions: 1, next_level_id: null };
    return Response.json({
      success: true,
      level_id: "l",
      xp_earned,
      total_xp,
      streak: 1,
      longest_streak: 1,
      ...reached,
    });
  };
}

afterEach(() => {
  Object.assign(IDBObjectStore.prototype, { put, add, delete: remove });
  vi.unstubAllGlobals();
});

/** Two lessons and what they bring, on a disk that is full from its `full`-th write on; the disk. */
async function learn(full: number): Promise<Disk> {
  Object.assign(IDBObjectStore.prototype, { put, add, delete: remove });
  globalThis.indexedDB = new IDBFactory();
  const service = new Paying();
  vi.stubGlobal("fetch", service.fetch);
  await putLevel([QUESTION]);
  const app = await App.open(new URL("http://localhost/"));
  await app.learner.signIn({ access_token: "token", user: { id: 1 } }, "keep");

  const disk = new Disk(full);
  const keys: (string | null)[] = [];
  for (const _ of [1, 2]) {
    const run = await disk.insist(() => LessonRun.open(app, "l"));
    run.answer(true);
    await disk.insist(async () => {
      await run.keep();
      if (run.unkept.value !== null) throw run.unkept.value;
    });
    expect((await app.outbox.openLesson("1", "l"))?.answers).toEqual({ q1: true });
    run.next();
    const key = await disk.insist(() => run.finish());
    expect((await app.outbox.items("1")).map(({ request }) => request.key)).toContain(key);
    keys.push(key);
    await disk.insist(() => app.sender.sendAll());
  }
  await disk.insist(() => app.learner.takeIn());

  expect([...service.received.keys()]).toEqual(keys); // each was told its own result, and sent as it was frozen
  for (const body of service.received.values()) expect(JSON.parse(body).answers).toEqual({ q1: true });
  expect(await app.outbox.items("1")).toEqual([]);
  expect(await app.outbox.openLesson("1", "l")).toBeNull();
  expect(app.learner.totalXp.value).toBe(10);
  expect(app.learner.progress.value.get("l")?.stars).toBe(3);
  return disk;
}

test("a disk that is full at any write of two lessons loses none of them", async () => {
  const { writes, failed } = await learn(Number.POSITIVE_INFINITY);
  expect(failed).toBe(false);
  expect(writes).toBeGreaterThan(10);
  for (let full = 1; full <= writes; full++) {
    const disk = await learn(full).catch((error: Error) => {
      error.message = `full from write ${full} on: ${error.message}`;
      throw error;
    });
    expect(disk.failed).toBe(true);
  }
}, 120_000);
