import { expect, test } from "vitest";
import { pause } from "../../src/sync/backoff";

test("pauses double up to half a minute", () => {
  expect([1, 2, 3, 20].map((tries) => pause(tries, null, () => 1))).toEqual([0.5, 1, 2, 30]);
  expect(pause(1, null, () => 0)).toBeCloseTo(0.35);
});

test("what the service asked for is granted, up to a minute", () => {
  expect([pause(1, 7), pause(1, 3600)]).toEqual([7, 60]);
});
