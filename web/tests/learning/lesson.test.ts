import { expect, test } from "vitest";
import { answerQuestion, beginLesson, correctAnswers, currentQuestion, type Lesson } from "../../src/learning/lesson";
import type { Answer } from "../../src/learning/questions";
import { question } from "./question";

const isTrue = (order: number) => question("true_false", { correct_answer: true }, order);

function answerAll(lesson: Lesson, ...answers: Answer[]): Lesson {
  return answers.reduce((present, answer) => answerQuestion(present, answer).lesson, lesson);
}

test("questions come in order, and each answer has its verdict at once", () => {
  const lesson = beginLesson("l", [isTrue(2), isTrue(1)]);
  expect(currentQuestion(lesson)?.id).toBe("q1");
  const first = answerQuestion(lesson, true);
  expect(first.verdict).toBe(true);
  expect(answerQuestion(first.lesson, false).verdict).toBe(false);
});

test("what was wrong comes again once, and the first answers stay", () => {
  const afterFirst = answerAll(beginLesson("l", [isTrue(1), isTrue(2), isTrue(3)]), false, true, null);
  expect([afterFirst.round, afterFirst.queue]).toEqual(["second", ["q1", "q3"]]);
  const over = answerAll(afterFirst, true, false);
  expect(currentQuestion(over)).toBeNull();
  expect(over.answers).toEqual({ q1: false, q2: true, q3: null });
  expect(correctAnswers(over)).toBe(1);
});

test("with all right there is no second round", () => {
  const over = answerAll(beginLesson("l", [isTrue(1)]), true);
  expect(currentQuestion(over)).toBeNull();
  expect(answerQuestion(over, true)).toEqual({ lesson: over, verdict: null });
});

test("an attempt of the service is graded there: no verdicts, no second round", () => {
  const shuffled = question("ordering", { items: ["b", "a"] });
  const over = answerAll(beginLesson("l", [shuffled], "attempt"), ["a", "b"]);
  expect([currentQuestion(over), over.verdicts, correctAnswers(over)]).toEqual([null, {}, null]);
});

test("a kind that the app does not know is left out and answered with null", () => {
  const lesson = beginLesson("l", [question("hologram", {}), isTrue(2)]);
  expect(currentQuestion(lesson)?.id).toBe("q2");
  const over = answerAll(lesson, true);
  expect(over.answers).toEqual({ q1: null, q2: true });
  expect(correctAnswers(over)).toBe(1);
});

test("a lesson survives a reload as it is", () => {
  const half = answerAll(beginLesson("l", [isTrue(1), isTrue(2)]), false);
  expect(answerAll(JSON.parse(JSON.stringify(half)), true)).toEqual(answerAll(half, true));
});
