import { expect, test } from "vitest";
import { daysAfter, isLate, localDay, streakAsShown } from "../../src/learning/days";

const at = (time: string) => Date.parse(time);

test("a day is the learner's, in any zone, and Jakarta's where the zone is unknown", () => {
  const time = at("2026-12-01T16:30:00Z");
  expect(localDay(time, "Asia/Jakarta")).toBe("2026-12-01");
  expect(localDay(time, "Asia/Jayapura")).toBe("2026-12-02");
  expect(localDay(time, "Nowhere/None")).toBe("2026-12-01");
});

test("days go on across months and years", () => {
  expect([daysAfter("2026-12-31", 1), daysAfter("2028-03-01", -1)]).toEqual(["2027-01-01", "2028-02-29"]);
});

test("a lesson is late after 72 hours", () => {
  const done = at("2026-12-01T12:00:00Z");
  expect(isLate(done, at("2026-12-04T12:00:00Z"))).toBe(false);
  expect(isLate(done, at("2026-12-04T12:00:01Z"))).toBe(true);
});

test.each([
  ["nothing yet", 0, null, [], 0],
  ["today", 3, "2026-12-10", [], 3],
  ["yesterday", 3, "2026-12-09", [], 3],
  ["a lesson that waits goes on with yesterday", 3, "2026-12-09", ["2026-12-10"], 4],
  ["two days without a network", 3, "2026-12-08", ["2026-12-09", "2026-12-10"], 5],
  ["a lesson of the same day adds none", 3, "2026-12-10", ["2026-12-10"], 3],
  ["a gap", 3, "2026-12-08", [], 0],
  ["a new beginning after a gap", 3, "2026-12-07", ["2026-12-10"], 1],
  ["a day before the known ones joins them", 1, "2026-12-10", ["2026-12-09", "2026-12-08"], 3],
] as const)("streak: %s", (_, streak, last_active_date, waiting, shown) => {
  expect(streakAsShown({ streak, last_active_date }, waiting, "2026-12-10")).toBe(shown);
});
