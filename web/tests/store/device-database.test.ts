import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { openDeviceDatabase, readValue, writeValue } from "../../src/store/device-database";

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
