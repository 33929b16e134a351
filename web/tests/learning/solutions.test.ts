import { expect, test } from "vitest";
import type { Question } from "../../src/learning/questions";
import { solution } from "../../src/learning/solutions";

const question = (type: string, payload: object): Question => ({
  id: "q",
  level_id: "l",
  question: "?",
  xp: 1,
  order: 1,
  type,
  payload,
});

test("what is right is told in the words of the question", () => {
  expect(solution(question("fill_blank", { correct_answer: "jerat" }), null)).toEqual(["jerat"]);
  expect(solution(question("word_bank", { words: ["b", "a", "c"], correct_order: ["a", "b"] }), null)).toEqual(["a b"]);
  expect(solution(question("matching", { pairs: [{ left: "a", right: "b" }] }), null)).toEqual(["a → b"]);
  expect(solution(question("ordering", { items: ["x", "y"] }), null)).toEqual(["1. x", "2. y"]);
});

test("of an attempt of the service nothing is told, not even its shuffled items", () => {
  expect(solution(question("ordering", { items: ["y", "x"] }), "attempt")).toEqual([]);
});
