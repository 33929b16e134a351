import { expect, test } from "vitest";
import vectors from "../../../tests/vectors/grading.json";
import { MORSE, morseParts, morseSigns, SEMAPHORE, semaphorePoses } from "../../src/learning/signals";

test("the tables are the service's", () => {
  expect(Object.fromEntries(MORSE)).toEqual(vectors.rules.morse);
  expect(Object.fromEntries(SEMAPHORE)).toEqual(vectors.rules.semaphore);
});

test("letters are parted by a blank, words by a stroke", () => {
  expect(morseSigns("Ada SOS")).toBe(".- -.. .- / ... --- ...");
});

test("between words both arms hang down", () => {
  expect(semaphorePoses("r z")).toEqual([
    [2, 6],
    [0, 0],
    [6, 7],
  ]);
});

test.each([
  ["..--", [["..--", "..--"]]],
  [
    'SI is "... / ..", or "- // .": both.',
    [
      ["SI is ", null],
      ['"', null],
      ["... / ..", "... .."],
      ['"', null],
      [", or ", null],
      ['"', null],
      ["- // .", "- / ."],
      ['":', null],
      [" both.", null],
    ],
  ],
  [
    "E → .",
    [
      ["E ", null],
      ["→", null],
      [" .", "."],
    ],
  ],
])("dots and dashes alone are Morse: %s", (text, parts) => {
  expect(morseParts(text).map(({ words, signs }) => [words, signs])).toEqual(parts);
});

test.each(["Siap dan ...", "08.50 - 09.00", "2-3", '"A" - "B"', '"/" parts letters', "Baden-Powell"])(
  "what is no Morse stays as it is: %s",
  (text) => {
    expect(morseParts(text).every(({ signs }) => signs === null)).toBe(true);
  },
);
