import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type AccountDatabase,
  applyAnswer,
  eraseAccountDatabase,
  keepProgress,
  openAccountDatabase,
  type Profile,
  StorageHeld,
  type SubmitAnswer,
} from "../../src/store/account-database";

const PROFILE: Profile = {
  id: 1,
  name: "Budi",
  full_name: "Budi",
  username: "budi",
  picture_url: null,
  total_xp: 40,
  streak: 2,
  longest_streak: 5,
  last_active_date: "2026-12-09",
  timezone: "Asia/Jakarta",
  gugus_depan: null,
  role: "learner",
  hearts: 5,
  max_hearts: 5,
  is_pro: false,
  created_at: "2026-01-01T00:00:00Z",
};
const ANSWER: SubmitAnswer = {
  success: true,
  level_id: "l1",
  status: "COMPLETED",
  score: 4,
  correct_answers: 4,
  total_questions: 5,
  xp_earned: 18,
  total_xp: 58,
  streak: 3,
  longest_streak: 5,
  next_level_id: "l2",
  counted_day: "2026-12-10",
};
let database: AccountDatabase;

afterEach(() => void vi.useRealTimers());

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  database = await openAccountDatabase("1");
  await keepProgress(database, PROFILE, [
    { level_id: "l1", status: "UNLOCKED", stars: 0, best_correct: 2 },
    { level_id: "l2", status: "LOCKED", stars: 0, best_correct: 0 },
  ]);
});

test("an answer raises XP, streak and stars, and opens the next level; twice is as once", async () => {
  for (const _ of [1, 2]) await applyAnswer(database, ANSWER, 2);
  expect(await database.get("profile", "me")).toEqual({
    ...PROFILE,
    total_xp: 58,
    streak: 3,
    last_active_date: "2026-12-10",
  });
  expect(await database.getAll("progress")).toEqual([
    { level_id: "l1", status: "COMPLETED", stars: 2, best_correct: 4 },
    { level_id: "l2", status: "UNLOCKED", stars: 0, best_correct: 0 },
  ]);
});

test("a worse attempt takes no star away, and closes no level", async () => {
  await applyAnswer(database, ANSWER, 3);
  await applyAnswer(database, { ...ANSWER, level_id: "l2", next_level_id: null }, 1);
  await applyAnswer(database, { ...ANSWER, correct_answers: 3 }, 1);
  expect(await database.get("progress", "l1")).toMatchObject({ stars: 3, best_correct: 4 });
  expect(await database.get("progress", "l2")).toMatchObject({ status: "COMPLETED" });
});

test("an older answer does not lower the total, nor does a late day move the last one back", async () => {
  await applyAnswer(database, ANSWER, 2);
  await applyAnswer(database, { ...ANSWER, total_xp: 50, streak: 1 }, 2);
  expect(await database.get("profile", "me")).toMatchObject({ total_xp: 58, streak: 3 });
  await applyAnswer(database, { ...ANSWER, total_xp: 60, streak: 4, counted_day: "2026-12-08" }, 2);
  expect(await database.get("profile", "me")).toMatchObject({ streak: 4, last_active_date: "2026-12-10" });
});

test("each learner has a database of their own, which can be erased", async () => {
  const other = await openAccountDatabase("2");
  expect(await other.getAll("progress")).toEqual([]);
  database.close();
  await eraseAccountDatabase("1");
  expect(await (await openAccountDatabase("1")).get("profile", "me")).toBeUndefined();
});

test("erasing closes the database in other windows", async () => {
  await eraseAccountDatabase("1");
  expect((await indexedDB.databases()).map(({ name }) => name)).toEqual([]);
  expect(() => database.transaction("profile")).toThrow();
});

test("a window that is frozen holds nothing of the learner, and nobody up for ever", async () => {
  database.close();
  const frozen = await new Promise<IDBDatabase>((done) => {
    const opening = indexedDB.open("scout-os-account-1");
    opening.onsuccess = () => done(opening.result);
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const erasing = eraseAccountDatabase("1");
  const look = () =>
    new Promise((done) => {
      const asked = frozen.transaction("progress").objectStore("progress").count();
      asked.onsuccess = () => done(asked.result);
    });
  while ((await look()) !== 0);
  await vi.waitFor(() => vi.advanceTimersByTimeAsync(2_000).then(() => expect(vi.getTimerCount()).toBe(0)));
  await erasing;
  const again = expect(openAccountDatabase("1")).rejects.toThrow(StorageHeld);
  await vi.advanceTimersByTimeAsync(10_000);
  await again;
  frozen.close();
});
