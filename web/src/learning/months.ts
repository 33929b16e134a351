/** Months as `YYYY-MM`, for the calendar of active days. */

import { daysAfter } from "./days";

export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** The month's days in whole weeks from Monday on; null where a week has none of them. */
export function weeksOf(month: string): (string | null)[] {
  const first = `${month}-01`;
  const before = (new Date(first).getUTCDay() + 6) % 7;
  const cells: (string | null)[] = Array.from({ length: before }, () => null);
  for (let day = first; day.startsWith(month); day = daysAfter(day, 1)) cells.push(day);
  while (cells.length % 7 !== 0) cells.push(null);
  return cells;
}
