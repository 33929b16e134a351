import { expect, test } from "vitest";
import { neighbourhood, nextAbove, waitingXp } from "../../src/learning/standing";
import type { FinishedLesson, Item } from "../../src/store/outbox-database";
import { row } from "../sync/fake-board";

const ROWS = [row(1, "A", 50), row(2, "B", 40), row(3, "C", 30), row(3, "D", 30), row(5, "E", 10), row(6, "F", 5)];
const rows = ROWS.map((each, place) => ({ ...each, id: place + 1 }));
const names = (near: readonly { name: string }[]) => near.map(({ name }) => name).join("");

test("the neighbourhood is the service's, or cut out of the board, or unknown", () => {
  expect(names(neighbourhood([], { id: 4, neighbours: rows }))).toBe("BCDEF");
  expect(names(neighbourhood(rows, { id: 1, neighbours: null }))).toBe("ABC");
  expect(names(neighbourhood(rows, { id: 6, neighbours: null }))).toBe("DEF");
  expect(neighbourhood(rows, { id: 99, neighbours: null })).toEqual([]);
});

test("the next above is the nearest with more XP, so nobody is behind an equal", () => {
  expect(nextAbove(rows, 4)).toEqual({ name: "B", xp: 10 });
  expect(nextAbove(rows, 6)).toEqual({ name: "E", xp: 5 });
  expect(nextAbove(rows, 1)).toBeNull();
  expect(nextAbove(rows, 99)).toBeNull();
});

const lesson = (level_id: string, correct_answers: number | null): FinishedLesson => {
  return { level_id, title: "", min_correct: 3, total_questions: 5, correct_answers, done_at: 0 };
};
const item = (lesson: FinishedLesson | null, state: Item["state"] = "waiting") => ({ lesson, state }) as Item;
const REWARDS: Record<string, number> = { one: 10, two: 12 };
const waiting = (items: Item[], completed: string[] = []) =>
  waitingXp(
    items,
    (level_id) => (completed.includes(level_id) ? "COMPLETED" : "UNLOCKED"),
    (level_id) => REWARDS[level_id],
  );

test("a level's XP waits once, however often it was passed", () => {
  expect(waiting([item(lesson("one", 3)), item(lesson("one", 5)), item(lesson("two", 4))])).toEqual({
    lessons: 3,
    xp: 22,
  });
});

test("failed lessons, levels completed before, refused items and sign-outs bring nothing", () => {
  const items = [item(lesson("one", 2)), item(lesson("two", 5)), item(lesson("two", 5), "shelved"), item(null)];
  expect(waiting(items, ["two"])).toEqual({ lessons: 2, xp: 0 });
  expect(waiting([])).toEqual({ lessons: 0, xp: 0 });
});

test("where the service alone grades, or the level is not on the device, the XP is not guessed", () => {
  expect(waiting([item(lesson("one", 5)), item(lesson("two", null))])).toEqual({ lessons: 2, xp: null });
  expect(waiting([item(lesson("gone", 5))])).toEqual({ lessons: 1, xp: null });
});
