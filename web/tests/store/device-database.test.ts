import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { openDeviceDatabase, readValue, writeValue } from "../../src/store/device-database";
import { StorageFull } from "../../src/store/transact";

afterEach(() => void vi.restoreAllMocks());

test("small values are kept, replaced and removed", async () => {
  const database = await openDeviceDatabase();
  expect(await readValue(database, "account")).toBeNull();
  await writeValue(database, "account", "1");
  await writeValue(database, "time_seal", { time_seal: "17.x", held_at: 5 });
  expect(await readValue(database, "account")).toBe("1");
  expect(await readValue(database, "time_seal")).toEqual({ time_seal: "17.x", held_at: 5 });
  await writeValue(database, "account", null);
  expect(await readValue(database, "account")).toBeNull();
});

test.each(["put", "delete"] as const)("a full disk is named as such, and what was there stays: %s", async (write) => {
  const database = await openDeviceDatabase();
  await writeValue(database, "account", "1");
  vi.spyOn(IDBObjectStore.prototype, write).mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await expect(writeValue(database, "account", write === "put" ? "2" : null)).rejects.toThrow(StorageFull);
  expect(await readValue(database, "account")).toBe("1");
});
