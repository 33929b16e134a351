import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { keepProgress, openAccountDatabase, type Profile } from "../../src/store/account-database";
import { openDeviceDatabase, writeValue } from "../../src/store/device-database";
import { takeReminder } from "../../src/sync/reminder";
import { finish, openDevice } from "./device";

const NOON = Date.parse("2027-01-15T12:00:00+07:00");
const HOUR = 60 * 60 * 1000;

async function deviceOf(account: string, last_active_date: string) {
  const { outbox } = await openDevice();
  const device = await openDeviceDatabase();
  const database = await openAccountDatabase(account);
  const profile = { id: Number(account), streak: 4, last_active_date, timezone: "Asia/Jakarta" };
  await keepProgress(database, profile as Profile, []);
  database.close();
  await writeValue(device, "account", account);
  await writeValue(device, "reminder", { title: "Api", body: "Sudah {n} hari", shown_on: null });
  return { outbox, take: (now: number) => takeReminder(device, outbox, now) };
}

test("a streak that ends today is told of once, in the afternoon", async () => {
  const { take } = await deviceOf("11", "2027-01-14");
  expect(await take(NOON - 1)).toBe(null);
  expect(await take(NOON + 8 * HOUR)).toBe(null);
  expect(await take(NOON)).toMatchObject({ title: "Api", body: "Sudah 4 hari" });
  expect(await take(NOON + HOUR)).toBe(null);
});

test("a lesson that no longer counts for its own day is not learning today", async () => {
  const { outbox, take } = await deviceOf("15", "2027-01-18");
  await finish(outbox, "15", "l1", "k1"); // on 15 January
  expect(await take(NOON + 4 * 24 * HOUR)).toMatchObject({ body: "Sudah 4 hari" });
});

test("nobody is reminded who learned today or has no streak", async () => {
  expect(await (await deviceOf("12", "2027-01-15")).take(NOON)).toBe(null);
  expect(await (await deviceOf("13", "2027-01-13")).take(NOON)).toBe(null);
  const { outbox, take } = await deviceOf("14", "2027-01-14");
  await finish(outbox, "14", "l1", "k1"); // still on the device
  expect(await take(1_800_000_000_000 + HOUR)).toBe(null);
});
