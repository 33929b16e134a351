/** What all learners of this device share: downloaded content, who is signed in, the last time seal. */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Level } from "../learning/levels";
import type { Question } from "../learning/questions";
import type { components } from "../openapi";
import type { HeldBoard } from "../sync/board-source";
import type { Reminder } from "../sync/reminder";
import type { HeldSeal } from "../sync/service-time";
import { opened, transact } from "./transact";

type Schemas = components["schemas"];
export type Section = Schemas["SectionOut"];
export type Unit = Schemas["UnitOut"];

/** A section with all its units and levels. */
export interface DownloadedSection extends Section {
  units: (Unit & { levels: Level[] })[];
  /** Who grades its lessons. */
  grading: "client" | "server";
  etag: string | null;
  /** Whether it was asked for in English too. */
  has_english: boolean;
  /** Milliseconds. */
  downloaded_at: number;
}

/** The questions of a level: with their keys for everybody, or as an attempt for one account. */
export interface DownloadedLevel {
  /** "" for everybody. */
  account: string;
  level_id: string;
  attempt_id: string | null;
  /** Milliseconds; an attempt that is over is none. */
  expires_at: number | null;
  downloaded_at: number;
  questions: Question[];
}

interface Schema extends DBSchema {
  sections: { key: string; value: DownloadedSection };
  levels: { key: [string, string]; value: DownloadedLevel };
  values: { key: string; value: unknown };
}

export type DeviceDatabase = IDBPDatabase<Schema>;

/** Raises `StorageFull`. */
export function openDeviceDatabase(): Promise<DeviceDatabase> {
  const opening = openDB<Schema>("scout-os-device", 1, {
    upgrade(database) {
      database.createObjectStore("sections", { keyPath: "id" });
      database.createObjectStore("levels", { keyPath: ["account", "level_id"] });
      database.createObjectStore("values");
    },
  });
  return opened(opening);
}

/** Small values by name. */
export interface Values {
  time_seal: HeldSeal;
  /** The account that is signed in; none: a guest. */
  account: string;
  /** All sections there were when the service was last asked, in order. */
  sections: readonly Section[];
  /** The leaderboard as it was last seen. */
  board: HeldBoard;
  sections_etag: string;
  /** Scout ranks, lowest first. */
  ranks: readonly Schemas["ScoutRank"][];
  info: Schemas["Info"];
  /** Null: the learner does not want to be reminded. */
  reminder: Reminder;
  /** When the two were asked for, in milliseconds. */
  facts_at: number;
}

export async function readValue<Name extends keyof Values>(
  database: DeviceDatabase,
  name: Name,
): Promise<Values[Name] | null> {
  return ((await database.get("values", name)) as Values[Name] | undefined) ?? null;
}

/** `null` removes the value. Raises `StorageFull`. */
export async function writeValue<Name extends keyof Values>(
  database: DeviceDatabase,
  name: Name,
  value: Values[Name] | null,
): Promise<void> {
  await transact(database, ["values"], async (transaction) => {
    const values = transaction.objectStore("values");
    await (value === null ? values.delete(name) : values.put(value, name));
  });
}
