/** What finished lessons add to what the service told, until their answers are taken in. */

import { countedDay } from "../learning/days";
import { passes } from "../learning/levels";
import type { Item } from "../store/outbox-database";

export interface Waiting {
  /** For `statusesAsShown`: levels that the device found passed. */
  passed: Set<string>;
  /** For `streakAsShown`: days for which the lessons will count if they are received at `now`. */
  days: string[];
}

/** `items` are an account's of the outbox; shelved ones count for nothing. */
export function whatWaits(items: readonly Item[], timezone: string, now: number): Waiting {
  const lessons = items.flatMap(({ state, lesson }) => (state === "shelved" || lesson === null ? [] : [lesson]));
  const passed = lessons.filter((lesson) => lesson.correct_answers !== null && passes(lesson, lesson.correct_answers));
  return {
    passed: new Set(passed.map(({ level_id }) => level_id)),
    days: lessons.map(({ done_at }) => countedDay(done_at, now, timezone)),
  };
}
