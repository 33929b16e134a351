/** A learner's own days, as `YYYY-MM-DD`, and the streak as shown. PostgreSQL alone decides what is paid and recorded. */

const DAY_MS = 24 * 60 * 60 * 1000;
const LATEST_MS = 72 * 60 * 60 * 1000;
/** Where the service counts the days of a learner whose time zone it does not know. */
const USUAL_ZONE = "Asia/Jakarta";

/** The day at `at` (milliseconds) in `timezone`. */
export function localDay(at: number, timezone: string): string {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  try {
    return new Intl.DateTimeFormat("en-CA", { ...parts, timeZone: timezone }).format(at);
  } catch {
    return new Intl.DateTimeFormat("en-CA", { ...parts, timeZone: USUAL_ZONE }).format(at);
  }
}

export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The zone that the device is set to. */
export const TIMEZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Whether a lesson that was done at `doneAt` no longer counts for its own day, but for that on which it arrives. */
export function isLate(doneAt: number, now: number): boolean {
  return now - doneAt > LATEST_MS;
}

/** What `GET /users/me` last said. */
export interface KnownStreak {
  streak: number;
  last_active_date: string | null;
}

/**
 * The streak as shown: the days that the service knows and those of lessons that wait (`waitingDays`), joined.
 * A streak whose last day is before yesterday is 0.
 */
export function streakAsShown(known: KnownStreak, waitingDays: readonly string[], today: string): number {
  const days = new Set(waitingDays);
  if (known.last_active_date !== null) {
    for (let back = 0; back < known.streak; back++) days.add(daysAfter(known.last_active_date, -back));
  }
  let day = days.has(today) ? today : daysAfter(today, -1);
  let length = 0;
  for (; days.has(day); day = daysAfter(day, -1)) length++;
  return length;
}
