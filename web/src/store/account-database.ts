/** One learner's progress as the service last told it. Each learner of a device has a database of their own. */

import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { LevelStatus } from "../learning/levels";
import type { components } from "../openapi";
import { opened, transact } from "./transact";

type Schemas = components["schemas"];

/** As `GET /users/me` sends it; the account is the text of its `id`. */
export type Profile = Schemas["Me"];

/** Of a level ever tried, as `GET /training/progress/levels` says, or opened by an answer. */
export type LevelProgress = { level_id: string; status: LevelStatus } & Pick<
  Schemas["LevelBest"],
  "stars" | "best_correct"
>;

/** A month's active days, as `GET /users/me/activity` sends them. */
export type Month = Schemas["Activity"];

/** What a submission brought. */
export type SubmitAnswer = Schemas["SubmitAnswer"];

interface Schema extends DBSchema {
  profile: { key: "me"; value: Profile };
  progress: { key: string; value: LevelProgress };
  months: { key: string; value: Month };
}

export type AccountDatabase = IDBPDatabase<Schema>;

/** The browser deletes the database first, and waits for another window of the app, which must be closed for that. */
export class StorageHeld extends Error {}

const ERASE_MS = 2_000;
const OPEN_MS = 10_000;

const nameOf = (account: string) => `scout-os-account-${account}`;

/** Raises `StorageFull`, and `StorageHeld` after `OPEN_MS`. */
export async function openAccountDatabase(account: string): Promise<AccountDatabase> {
  const opening = openDB<Schema>(nameOf(account), 1, {
    upgrade(database) {
      database.createObjectStore("profile");
      database.createObjectStore("progress", { keyPath: "level_id" });
      database.createObjectStore("months", { keyPath: "month" });
    },
    blocking(_now, _next, event) {
      (event.target as IDBDatabase).close(); // another window erases it
    },
  });
  const database = await within(OPEN_MS, opened(opening));
  if (database !== null) return database;
  void opening.then((late) => late.close());
  throw new StorageHeld();
}

/**
 * Nothing of the account is left, and the browser deletes the database once no window has it open. This waits for
 * `ERASE_MS` at most: a window that the system has frozen closes nothing.
 */
export async function eraseAccountDatabase(account: string): Promise<void> {
  const database = await openAccountDatabase(account);
  const stores = ["profile", "progress", "months"] as const;
  const emptied = transact(database, [...stores], async (transaction) => {
    for (const store of stores) await transaction.objectStore(store).clear();
  });
  await emptied.catch(() => {}); // such as a full disk: deleting needs no room
  database.close();
  await within(ERASE_MS, deleteDB(nameOf(account)));
}

/** Null after `milliseconds`. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Keep what the service told of an account; levels that it did not tell stay as they are. */
export async function keepProgress(
  database: AccountDatabase,
  profile: Profile,
  levels: readonly LevelProgress[],
): Promise<void> {
  await transact(database, ["profile", "progress"], async (transaction) => {
    await transaction.objectStore("profile").put(profile, "me");
    for (const level of levels) await transaction.objectStore("progress").put(level);
  });
}

export async function keepMonth(database: AccountDatabase, month: Month): Promise<void> {
  await transact(database, ["months"], (transaction) => transaction.objectStore("months").put(month));
}

/** A kept answer, which came as the service sent it; null: it has not all that `applyAnswer` needs. */
export function readAnswer(kept: unknown): SubmitAnswer | null {
  const answer = (kept ?? {}) as SubmitAnswer;
  const { level_id, status, correct_answers, total_questions, xp_earned, total_xp, streak, longest_streak } = answer;
  const texts = [level_id, status, answer.next_level_id ?? ""];
  const counts = [correct_answers, total_questions, xp_earned, total_xp, streak, longest_streak];
  const isWhole = texts.every((each) => typeof each === "string") && counts.every(Number.isFinite);
  return isWhole ? answer : null;
}

/**
 * Keep what a submission brought; `stars` are of that attempt. Doing it twice changes nothing, so an item is
 * forgotten only afterwards. A total never falls, because answers may be taken in another order than they came.
 */
export async function applyAnswer(database: AccountDatabase, answer: SubmitAnswer, stars: number): Promise<void> {
  await transact(database, ["profile", "progress"], async (transaction) => {
    const [profiles, progress] = [transaction.objectStore("profile"), transaction.objectStore("progress")];
    const { level_id, status, correct_answers, next_level_id } = answer;
    const before = await progress.get(level_id);
    const best = Math.max(before?.best_correct ?? 0, correct_answers);
    await progress.put({ level_id, status, stars: Math.max(before?.stars ?? 0, stars), best_correct: best });
    const next = next_level_id === null ? undefined : await progress.get(next_level_id);
    if (next_level_id !== null && (next === undefined || next.status === "LOCKED")) {
      await progress.put({ stars: 0, best_correct: 0, ...next, level_id: next_level_id, status: "UNLOCKED" });
    }
    const profile = await profiles.get("me");
    if (profile === undefined || answer.total_xp < profile.total_xp) return;
    const { total_xp, streak, longest_streak, counted_day } = answer;
    const days = [profile.last_active_date, counted_day ?? null].filter((day) => day !== null).sort();
    await profiles.put(
      { ...profile, total_xp, streak, longest_streak, last_active_date: days[days.length - 1] ?? null },
      "me",
    );
  });
}
