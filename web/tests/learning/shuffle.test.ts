import { expect, test } from "vitest";
import { disordered, shuffled } from "../../src/learning/shuffle";

const ITEMS = ["a", "b", "c", "d"];

test("one seed gives one order, of all items", () => {
  expect(shuffled(ITEMS, "seed")).toEqual(shuffled(ITEMS, "seed"));
  expect(shuffled(ITEMS, "seed").sort()).toEqual(ITEMS);
});

test("each item comes first about equally often", () => {
  const first = Array.from({ length: 4000 }, (_, seed) => shuffled(ITEMS, `lesson ${seed}`)[0]);
  for (const item of ITEMS) expect(first.filter((each) => each === item).length).toBeGreaterThan(850);
});

test("what is to be put in order is never shown in order", () => {
  for (let seed = 0; seed < 200; seed++) {
    expect(disordered(ITEMS, String(seed))).not.toEqual(ITEMS);
    expect(disordered(["a", "b"], String(seed))).toEqual(["b", "a"]);
  }
  expect(disordered(["a"], "seed")).toEqual(["a"]);
});
