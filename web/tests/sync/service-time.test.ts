import { expect, test } from "vitest";
import { newerSeal, serviceTime } from "../../src/sync/service-time";

const SEAL = { time_seal: "1800000000.abc", held_at: 5_000 };

test("a wrong clock is set right by the sealed time", () => {
  expect(serviceTime(SEAL, 65_000)).toBe(1_800_000_060_000);
  expect(serviceTime(null, 65_000)).toBe(65_000);
});

test("a clock that is put back moves nothing before the seal", () => {
  expect(serviceTime(SEAL, 1_000)).toBe(1_800_000_000_000);
});

test("an answer that was overtaken does not bring back an older seal", () => {
  const newer = { time_seal: "1800000001.def", held_at: 6_000 };
  expect([newerSeal(null, SEAL), newerSeal(SEAL, newer), newerSeal(newer, SEAL)]).toEqual([SEAL, newer, newer]);
});
