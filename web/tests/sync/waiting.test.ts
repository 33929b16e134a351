import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import type { Item } from "../../src/store/outbox-database";
import { whatWaits } from "../../src/sync/waiting";
import { finish, openDevice } from "./device";

const HOUR = 60 * 60 * 1000;
const DONE_AT = 1_800_000_000_000; // 15:00 on 15 January 2027 in Jakarta

test("lessons that wait pass their levels and count for their days", async () => {
  const { outbox } = await openDevice();
  await finish(outbox, "1", "l1", "k1");
  await outbox.signIn("1", "token", null);
  await outbox.signOut("1", "out");
  const waiting = whatWaits(await outbox.items("1"), "Asia/Jakarta", DONE_AT + 60_000);
  expect(waiting).toEqual({ passed: new Set(["l1"]), days: ["2027-01-15"] });
});

test("a lesson that no longer counts for its day counts for none while it waits, except for a guest", async () => {
  const { outbox } = await openDevice();
  await finish(outbox, "1", "l1", "k1");
  await finish(outbox, "guest", "l1", "k2");
  const days = async (account: string, now: number) => whatWaits(await outbox.items(account), "Asia/Jakarta", now).days;
  expect(await days("1", DONE_AT + 72 * HOUR)).toEqual(["2027-01-15"]);
  expect(await days("1", DONE_AT + 72 * HOUR + 1)).toEqual([]);
  expect(await days("guest", DONE_AT + 72 * HOUR + 1)).toEqual(["2027-01-15"]);
});

test("no lesson counts for a day to come, which a wrong clock may have given it", async () => {
  const { outbox } = await openDevice();
  await finish(outbox, "1", "l1", "k1");
  const { days } = whatWaits(await outbox.items("1"), "Asia/Jakarta", DONE_AT - 24 * HOUR);
  expect(days).toEqual(["2027-01-14"]);
});

test("a refused lesson, a failed one and one that the service grades pass nothing", async () => {
  const { outbox } = await openDevice();
  await finish(outbox, "1", "l1", "k1");
  const [item] = (await outbox.items("1")) as [Item];
  const counting = (correct_answers: number | null): Item => ({
    ...item,
    lesson: item.lesson && { ...item.lesson, correct_answers },
  });
  expect(whatWaits([counting(0), counting(null)], "Asia/Jakarta", DONE_AT).passed.size).toBe(0);
  expect(whatWaits([{ ...item, state: "shelved" }], "Asia/Jakarta", DONE_AT)).toEqual({ passed: new Set(), days: [] });
});
