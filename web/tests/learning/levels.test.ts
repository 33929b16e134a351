import { expect, test } from "vitest";
import { type Level, passes, stars, statusesAsShown } from "../../src/learning/levels";

const level = (id: string, requires: string | null): Level => ({
  id,
  unit_id: "u",
  title: id,
  title_en: null,
  level_number: 1,
  difficulty: "easy",
  total_questions: 5,
  min_correct: 3,
  xp_reward: 18,
  is_active: true,
  created_at: "2026-01-01T00:00:00Z",
  unlock_rule: requires === null ? { type: "start", value: true } : { type: "level_completed", value: requires },
});
const LEVELS = [level("a", null), level("b", "a"), level("c", "b")];

test("stars: none unless passed, three for all, two from midway on", () => {
  const goal = { min_correct: 3, total_questions: 6 };
  expect([0, 1, 2, 3, 4, 5, 6].map((correct) => stars(goal, correct))).toEqual([0, 0, 0, 1, 1, 2, 3]);
  expect(stars({ min_correct: 3, total_questions: 5 }, 4)).toBe(2);
  expect(stars({ min_correct: 5, total_questions: 5 }, 5)).toBe(3);
  expect([2, 3].map((correct) => passes(goal, correct))).toEqual([false, true]);
});

test("a newcomer sees the first level open and the rest locked", () => {
  expect(statusesAsShown(LEVELS, {}, new Set())).toEqual({ a: "UNLOCKED", b: "LOCKED", c: "LOCKED" });
});

test("what was passed without a network opens the next level at once", () => {
  const shown = statusesAsShown(LEVELS, { a: "COMPLETED", b: "UNLOCKED", c: "LOCKED" }, new Set(["b"]));
  expect(shown).toEqual({ a: "COMPLETED", b: "COMPLETED", c: "UNLOCKED" });
});

test("what the service called open stays open", () => {
  expect(statusesAsShown(LEVELS, { c: "UNLOCKED" }, new Set())).toMatchObject({ b: "LOCKED", c: "UNLOCKED" });
});
