import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { expect, test } from "vitest";
import { openOutboxDatabase } from "../../src/store/outbox-database";
import { StorageFull, transact } from "../../src/store/transact";

test.each([
  ["a mistake", new Error("broken"), Error],
  ["a full disk", new DOMException("full", "QuotaExceededError"), StorageFull],
])("nothing is written if something fails: %s", async (_, failure, raised) => {
  globalThis.indexedDB = new IDBFactory();
  const database = await openOutboxDatabase();
  const failing = transact(database, ["tokens"], async (transaction) => {
    await transaction.objectStore("tokens").put({ account: "1", token: "t" });
    throw failure;
  });
  await expect(failing).rejects.toThrow(raised);
  expect(await database.getAll("tokens")).toEqual([]);
});
