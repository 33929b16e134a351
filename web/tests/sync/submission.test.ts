import { expect, test } from "vitest";
import { freeze } from "../../src/sync/submission";
import { doneLesson } from "./device";

const LEVEL = { title: "Simpul", min_correct: 1, total_questions: 1 };

test("a finished lesson has its answers, when it was done and the last seal", () => {
  const seal = { time_seal: "1800000000.abc", held_at: 0 };
  const { request, finished } = freeze(doneLesson("l1"), LEVEL, { key: "k", now: 60_000, seal });
  expect(request).toMatchObject({ method: "POST", path: "/training/progress/submit", key: "k" });
  expect(JSON.parse(request.body ?? "")).toEqual({
    level_id: "l1",
    answers: { l1q: true },
    done_at: "2027-01-15T08:01:00.000Z",
    time_seal: "1800000000.abc",
  });
  expect(finished).toMatchObject({ level_id: "l1", correct_answers: 1, done_at: 1_800_000_060_000 });
});

test("an attempt of the service goes back under its id, graded by nobody yet", () => {
  const lesson = { ...doneLesson("l1"), attempt_id: "a1", verdicts: {} };
  const { request, finished } = freeze(lesson, LEVEL, { key: "k", now: 0, seal: null });
  expect(JSON.parse(request.body ?? "")).toMatchObject({ attempt_id: "a1" });
  expect(request.body).not.toContain("time_seal");
  expect(finished.correct_answers).toBeNull();
});
