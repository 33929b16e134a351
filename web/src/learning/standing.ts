/** What is shown of a learner's place on the board. */

import type { Item } from "../store/outbox-database";
import type { Row } from "../sync/board-source";
import { type LevelStatus, passes } from "./levels";

/** Rows above and below one's own, where the service names no neighbours. */
const NEAR = 2;

/** One's own row with those around it, in order; empty: not known. */
export function neighbourhood(
  rows: readonly Row[],
  me: { id: number; neighbours: readonly Row[] | null },
): readonly Row[] {
  const known = me.neighbours ?? rows;
  const place = known.findIndex(({ id }) => id === me.id);
  return place < 0 ? [] : known.slice(Math.max(0, place - NEAR), place + NEAR + 1);
}

/** The nearest learner above with more XP, and how much more; null: none is known. */
export function nextAbove(near: readonly Row[], id: number): { name: string; xp: number } | null {
  const mine = near.find((row) => row.id === id);
  if (mine === undefined) return null;
  const above = near.filter((row) => row.xp > mine.xp).pop();
  return above === undefined ? null : { name: above.name, xp: above.xp - mine.xp };
}

export interface WaitingXp {
  lessons: number;
  /** What they will bring; null where the device cannot know. */
  xp: number | null;
}

/** Finished lessons that the service has not answered. A level that was completed before pays nothing. */
export function waitingXp(
  items: readonly Item[],
  statusOf: (level_id: string) => LevelStatus | undefined,
  rewardOf: (level_id: string) => number | undefined,
): WaitingXp {
  const lessons = items.flatMap(({ state, lesson }) => (state === "waiting" && lesson !== null ? [lesson] : []));
  const paying = new Set<string>();
  let isKnown = true;
  for (const lesson of lessons) {
    if (lesson.correct_answers === null || rewardOf(lesson.level_id) === undefined) isKnown = false;
    else if (passes(lesson, lesson.correct_answers)) paying.add(lesson.level_id);
  }
  const unpaid = [...paying].filter((level_id) => statusOf(level_id) !== "COMPLETED");
  const xp = unpaid.reduce((sum, level_id) => sum + (rewardOf(level_id) ?? 0), 0);
  return { lessons: lessons.length, xp: isKnown ? xp : null };
}
