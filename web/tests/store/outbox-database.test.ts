import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { openOutboxDatabase } from "../../src/store/outbox-database";

test("the outbox is the database that every version of the app opens", async () => {
  const database = await openOutboxDatabase();
  expect([database.name, database.version]).toEqual(["scout-os-outbox", 1]);
  expect([...database.objectStoreNames]).toEqual(["items", "lessons", "tokens"]);
  const { keyPath, autoIncrement } = database.transaction("items").store;
  expect([keyPath, autoIncrement]).toEqual(["order", true]);
});
