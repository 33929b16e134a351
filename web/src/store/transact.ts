import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from "idb";

/** The device has no room left: say so, and keep what is on the screen. */
export class StorageFull extends Error {}

/** Runs `work` in one transaction: all of it is written or, if it fails, nothing. Raises `StorageFull`. */
export async function transact<Schema extends DBSchema, Names extends StoreNames<Schema>[], T>(
  database: IDBPDatabase<Schema>,
  stores: Names,
  work: (transaction: IDBPTransaction<Schema, Names, "readwrite">) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction(stores, "readwrite");
  transaction.done.catch(() => {}); // told below
  try {
    const result = await work(transaction);
    await transaction.done;
    return result;
  } catch (error) {
    abort(transaction);
    throw named(error);
  }
}

/** Opening makes a database where there is none, for which the device may lack room. Raises `StorageFull`. */
export async function opened<Database>(opening: Promise<Database>): Promise<Database> {
  return opening.catch((error) => {
    throw named(error);
  });
}

function named(error: unknown): unknown {
  return error instanceof DOMException && error.name === "QuotaExceededError" ? new StorageFull() : error;
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It is over already.
  }
}
