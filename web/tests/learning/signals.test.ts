import { expect, test } from "vitest";
import vectors from "../../../tests/vectors/grading.json";
import { MORSE, morseSigns, SEMAPHORE, semaphorePoses } from "../../src/learning/signals";

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
