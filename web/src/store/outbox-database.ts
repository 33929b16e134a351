/**
 * What must never be lost: lessons under way, finished ones until the learner was told, and the tokens to send them.
 *
 * Its version is never raised: after a rollback, an older app must open it. Fields may be added and must be optional;
 * a field's meaning never changes.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Lesson } from "../learning/lesson";
import { opened } from "./transact";

/** Owner of what is learnt before there is an account. Accounts are named by their user id. */
export const GUEST = "guest";
/** Begins the names of guests who handed the device on. */
export const EARLIER_GUEST = `${GUEST} `;

export function isGuest(account: string): boolean {
  return account === GUEST || account.startsWith(EARLIER_GUEST);
}

/** A request exactly as it will be sent, however often, by whichever version of the app. */
export interface FrozenRequest {
  method: string;
  path: string;
  body: string | null;
  /** Sent as `Idempotency-Key`. */
  key: string;
}

export interface Refusal {
  status: number;
  code: string;
  detail: string;
}

export interface Item {
  /** Items of one account are sent in this order; given by the database. */
  order: number;
  account: string;
  kind: "submission" | "sign_out";
  request: FrozenRequest;
  /** waiting: to be sent; answered and shelved (refused): to be told, then forgotten. */
  state: "waiting" | "answered" | "shelved";
  /** The level's prerequisite had not arrived when it was last sent. */
  is_locked: boolean;
  /** Of a sign-out: the token that it ends, which until then sends what stands before it. */
  token: string | null;
  /** Of a submission: what is shown while it waits. */
  lesson: FinishedLesson | null;
  /** The service's answer, as it came. */
  answer: unknown;
  refusal: Refusal | null;
}

export interface FinishedLesson {
  level_id: string;
  title: string;
  min_correct: number;
  total_questions: number;
  /** By the device; null where the service alone grades. */
  correct_answers: number | null;
  /** Milliseconds, by the service's clock as far as the device knows it. */
  done_at: number;
}

/** A lesson under way: what `finish` turns into an item, in one transaction. */
export interface OpenLesson {
  account: string;
  level_id: string;
  lesson: Lesson;
}

interface Schema extends DBSchema {
  items: { key: number; value: Item; indexes: { account: string } };
  lessons: { key: [string, string]; value: OpenLesson; indexes: { account: string } };
  tokens: { key: string; value: { account: string; token: string } };
}

export type OutboxDatabase = IDBPDatabase<Schema>;

/** Raises `StorageFull`. */
export function openOutboxDatabase(): Promise<OutboxDatabase> {
  const opening = openDB<Schema>("scout-os-outbox", 1, {
    upgrade(database) {
      database.createObjectStore("items", { keyPath: "order", autoIncrement: true }).createIndex("account", "account");
      database.createObjectStore("lessons", { keyPath: ["account", "level_id"] }).createIndex("account", "account");
      database.createObjectStore("tokens", { keyPath: "account" });
    },
  });
  return opened(opening);
}
