import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import type { Item } from "../../src/store/outbox-database";
import { whatWaits } from "../../src/sync/waiting";
import { finish, openDevice } from "./device";

const DONE_AT = 1_800_000_000_000; // 15:00 on 15 January 2027 in Jakarta

test("lessons that wait pass their levels and count for their days", async () => {
  const { outbox } = await openDevice();
  await finish(outbox, "1", "l1", "k1");
  await outbox.signIn("1", "token", null);
  await outbox.signOut("1", "out");
  const waiting = whatWaits(await outbox.items("1"), "Asia/Jakarta", DONE_AT + 60_000);
  expect(waiting).toEqual({ passed: new Set(["l1"]), days: ["2027-01-15"] });
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
