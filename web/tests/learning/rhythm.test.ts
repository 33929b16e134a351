import { expect, test } from "vitest";
import { rhythm } from "../../src/learning/rhythm";

test("signs last one and three dots, with a dot between them", () => {
  const { flashes, length } = rhythm(".-");
  expect(flashes.map(({ at, length }) => [at, length])).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(length).toBe(5);
});

test("letters are three dots apart, words seven", () => {
  expect(rhythm(". .").flashes.map(({ at }) => at)).toEqual([0, 4]);
  expect(rhythm(". / .").flashes.map(({ at }) => at)).toEqual([0, 8]);
  expect(rhythm("").length).toBe(0);
});
