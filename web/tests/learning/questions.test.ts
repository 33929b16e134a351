import { expect, test } from "vitest";
import vectors from "../../../tests/vectors/grading.json";
import { hasKey, isKnown } from "../../src/learning/questions";
import { question } from "./question";

const KEYED = question("true_false", { correct_answer: false });
const ORDERING = question("ordering", { items: ["b", "a"] });

test("a question has its key or not, and an attempt's never has", () => {
  expect([hasKey(KEYED, null), hasKey(question("true_false", {}), null)]).toEqual([true, false]);
  expect([hasKey(ORDERING, null), hasKey(ORDERING, "attempt")]).toEqual([true, false]);
});

test("every kind that the device can grade is known", () => {
  expect(vectors.questions.filter(({ type, payload }) => !isKnown(question(type, payload)))).toEqual([]);
});

test("a kind of a later version is not known", () => {
  expect([isKnown(KEYED), isKnown(question("hologram", {})), isKnown(question("toString", {}))]).toEqual([
    true,
    false,
    false,
  ]);
});
