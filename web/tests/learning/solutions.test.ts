import { expect, test } from "vitest";
import { answerText, isPoseAnswer, solution } from "../../src/learning/solutions";
import { question } from "./question";

const first = (indonesian: string) => indonesian;

test("what is right is told in the words of the question", () => {
  expect(solution(question("fill_blank", { correct_answer: "jerat" }), null, first)).toEqual(["jerat"]);
  expect(solution(question("word_bank", { words: ["b", "a", "c"], correct_order: ["a", "b"] }), null, first)).toEqual([
    "a b",
  ]);
  expect(solution(question("matching", { pairs: [{ left: "a", right: "b" }] }), null, first)).toEqual(["a → b"]);
  expect(solution(question("ordering", { items: ["x", "y"] }), null, first)).toEqual(["1. x", "2. y"]);
});

test("pictures, places and signals are told by their names", () => {
  const media = (alt: string) => ({ kind: "svg", url: "a.svg", steps: 1, alt, alt_en: null });
  const items = [
    { id: "p", media: media("satu") },
    { id: "q", media: media("dua") },
  ];
  const pictures = question("order_pictures", { items });
  expect(solution(pictures, null, first)).toEqual(["1. satu", "2. dua"]);
  expect(answerText(pictures, ["q", "p"], first)).toBe("dua → satu");
  expect(solution(question("morse_tap", { correct_answer: "SOS" }), null, first)).toEqual(["SOS = ... --- ..."]);
  const place = { id: "b", x: 1, y: 1, radius: 1, label: "Titik B", label_en: null };
  const map = { kind: "map", url: "p.svg", places: [place], alt: "Peta", alt_en: null };
  const point = { ...question("point_on_map", { correct_answer: "b" }), media: map };
  expect(solution(point, null, first)).toEqual(["Titik B"]);
  expect(answerText(point, "b", first)).toBe("Titik B");
});

test("answers are told in words", () => {
  expect(answerText(question("matching", {}), { a: "b", c: "d" }, first)).toBe("a → b; c → d");
  expect(answerText(question("word_bank", {}), ["siap", "selalu"], first)).toBe("siap selalu");
  expect([isPoseAnswer([2, 6]), isPoseAnswer(["a"]), isPoseAnswer(null)]).toEqual([true, false, false]);
});

test("of an attempt of the service nothing is told, not even its shuffled items", () => {
  expect(solution(question("ordering", { items: ["y", "x"] }), "attempt", first)).toEqual([]);
});
