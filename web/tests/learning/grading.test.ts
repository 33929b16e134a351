import { describe, expect, test } from "vitest";
import vectors from "../../../tests/vectors/grading.json";
import { grade, LONG_WORD, WrongShape } from "../../src/learning/grading";
import type { Answer, KeyedQuestion } from "../../src/learning/questions";

test("a long word is as long as the service's", () => {
  expect(LONG_WORD).toBe(vectors.rules.long_word);
});

describe.each(vectors.questions.map((question, place) => ({ ...question, place })))("$place $type", (vector) => {
  const question = { type: vector.type, payload: vector.payload } as KeyedQuestion;
  test.each(vector.answers.map((answer) => [answer] as const))("is judged as the service judges: %j", (given) => {
    expect(grade(question, given.answer as Answer)).toBe(given.correct);
  });
});

test("the vectors hold every kind", () => {
  expect(new Set(vectors.questions.map((question) => question.type)).size).toBe(10);
});

test.each<[KeyedQuestion["type"], Answer]>([
  ["multiple_choice", true],
  ["fill_blank", ["a"]],
  ["word_bank", "a"],
  ["matching", ["a"]],
  ["true_false", "true"],
  ["ordering", { a: "b" }],
  ["morse_tap", ["..."]],
  ["semaphore_pose", "26"],
  ["semaphore_pose", [2]],
  ["semaphore_pose", [2, 6, 6]],
  ["semaphore_pose", [2, 8]],
  ["semaphore_pose", [2.5, 6]],
  ["order_pictures", "a"],
  ["point_on_map", ["a"]],
])("an answer of another shape than %s is a mistake of the app", (type, answer) => {
  const payload = vectors.questions.find((question) => question.type === type)?.payload;
  expect(() => grade({ type, payload } as KeyedQuestion, answer)).toThrow(WrongShape);
});
