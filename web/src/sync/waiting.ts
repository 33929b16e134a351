/** What finished lessons add to what the service told, until their answers are taken in. */

import { isLate, localDay } from "../learning/days";
import { passes } from "../learning/levels";
import { type Item, isGuest } from "../store/outbox-database";

export interface Waiting {
  /** For `statusesAsShown`: levels that the device found passed. */
  passed: Set<string>;
  /**
   * For `streakAsShown`: days on which was learnt. A guest's lessons are sent after sign-up at the earliest, and all count
   * here; those of an account that the service would no longer count for their own day wait for its word.
   */
  days: string[];
}

/** `items` are an account's of the outbox; shelved ones count for nothing. */
export function whatWaits(items: readonly Item[], timezone: string, now: number): Waiting {
  const lessons = items.flatMap(({ account, state, lesson }) =>
    state === "shelved" || lesson === null ? [] : [{ ...lesson, account }],
  );
  const passed = lessons.filter((lesson) => lesson.correct_answers !== null && passes(lesson, lesson.correct_answers));
  return {
    passed: new Set(passed.map(({ level_id }) => level_id)),
    days: lessons
      .filter(({ account, done_at }) => isGuest(account) || !isLate(done_at, now))
      .map(({ done_at }) => localDay(Math.min(done_at, now), timezone)),
  };
}
