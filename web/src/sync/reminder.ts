/** The daily reminder: browsers that can do so wake the service worker now and then, and it looks whether a streak ends today. */

import { localDay, streakAsShown, TIMEZONE } from "../learning/days";
import { openAccountDatabase } from "../store/account-database";
import { type DeviceDatabase, readValue, writeValue } from "../store/device-database";
import { GUEST } from "../store/outbox-database";
import type { Outbox } from "./outbox";
import { whatWaits } from "./waiting";

export const REMINDER_TAG = "scout-os-reminder";

/** Kept on the device for as long as the learner wants to be reminded: the worker has no other words. */
export interface Reminder {
  title: string;
  /** With `{n}` for the streak. Nobody's name: others may look at the phone. */
  body: string;
  /** The day of the last one. */
  shown_on: string | null;
}

/** Not in the morning, when there is time enough, and not at night. */
const HOURS = { from: 12, to: 20 };

/** What to show now, which then counts as shown; null: nothing. */
export async function takeReminder(device: DeviceDatabase, outbox: Outbox, now: number): Promise<Reminder | null> {
  const reminder = await readValue(device, "reminder");
  if (reminder === null) return null;
  const account = (await readValue(device, "account")) ?? GUEST;
  const database = await openAccountDatabase(account);
  const profile = await database.get("profile", "me");
  database.close();
  const timezone = profile?.timezone ?? TIMEZONE;
  const today = localDay(now, timezone);
  const known = profile ?? { streak: 0, last_active_date: null };
  const { days } = whatWaits(await outbox.items(account), timezone, now);
  const streak = streakAsShown(known, days, today);
  const hasLearnt = known.last_active_date === today || days.includes(today);
  const hour = localHour(now, timezone);
  if (streak === 0 || hasLearnt || hour < HOURS.from || hour >= HOURS.to || reminder.shown_on === today) return null;
  await writeValue(device, "reminder", { ...reminder, shown_on: today });
  return { ...reminder, body: reminder.body.replace("{n}", String(streak)) };
}

function localHour(at: number, timezone: string): number {
  return Number(new Intl.DateTimeFormat("en-GB", { hour: "2-digit", timeZone: timezone }).format(at));
}
