import { expect, test } from "vitest";
import { monthAfter, weeksOf } from "../../src/learning/months";

test.each([
  ["2026-12", 1, "2027-01"],
  ["2026-01", -1, "2025-12"],
  ["2026-03", 0, "2026-03"],
])("%s and %d months is %s", (month, months, result) => {
  expect(monthAfter(month, months)).toBe(result);
});

test("a month begins at its weekday, Monday first, in whole weeks", () => {
  const weeks = weeksOf("2026-12"); // 1 December 2026 is a Tuesday
  expect(weeks.slice(0, 3)).toEqual([null, "2026-12-01", "2026-12-02"]);
  expect(weeks).toHaveLength(35);
  expect(weeks.filter((day) => day !== null)).toHaveLength(31);
});

test("February of a leap year that begins on a Monday has no blanks before it", () => {
  expect(weeksOf("2044-02")[0]).toBe("2044-02-01");
  expect(weeksOf("2044-02").filter((day) => day !== null)).toHaveLength(29);
});
