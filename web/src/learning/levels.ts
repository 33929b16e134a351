/** What a level is, and what is shown of a learner's progress in it: passing, stars, unlocking. */

import type { components } from "../openapi";

type Schemas = components["schemas"];

/** A level as `GET /training/units/{id}/levels` sends it. */
export type Level = Schemas["LevelOut"];
export type LevelStatus = Schemas["PathLevel"]["status"];

type Goal = Pick<Level, "min_correct" | "total_questions">;

export function passes(level: Pick<Level, "min_correct">, correct_answers: number): boolean {
  return correct_answers >= level.min_correct;
}

/** 3 all right, 2 at least midway between passed and all right, 1 passed, 0 not passed. */
export function stars(level: Goal, correct_answers: number): 0 | 1 | 2 | 3 {
  if (!passes(level, correct_answers)) return 0;
  if (correct_answers >= level.total_questions) return 3;
  return 2 * correct_answers >= level.min_correct + level.total_questions ? 2 : 1;
}

/**
 * Each level's status as shown: what the service last said in `known`, and what was passed on this device since.
 * The service decides when a lesson is submitted; what it called open or completed is never shown as less.
 */
export function statusesAsShown(
  levels: Level[],
  known: Record<string, LevelStatus>,
  passedHere: ReadonlySet<string>,
): Record<string, LevelStatus> {
  const isCompleted = (id: string) => known[id] === "COMPLETED" || passedHere.has(id);
  const status = (level: Level): LevelStatus => {
    if (isCompleted(level.id)) return "COMPLETED";
    const required = level.unlock_rule.type === "level_completed" ? level.unlock_rule.value : null;
    const isOpen = known[level.id] === "UNLOCKED" || required === null || isCompleted(String(required));
    return isOpen ? "UNLOCKED" : "LOCKED";
  };
  return Object.fromEntries(levels.map((level) => [level.id, status(level)]));
}
