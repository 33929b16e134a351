/** A device with an empty disk, and lessons to finish on it. */

import { IDBFactory } from "fake-indexeddb";
import { answerQuestion, beginLesson } from "../../src/learning/lesson";
import { openOutboxDatabase } from "../../src/store/outbox-database";
import { Outbox } from "../../src/sync/outbox";
import { Sender } from "../../src/sync/sender";
import { Service } from "../../src/sync/service";
import { freeze } from "../../src/sync/submission";
import { FakeService } from "./fake-service";

export async function openDevice() {
  globalThis.indexedDB = new IDBFactory();
  const network = new FakeService();
  const outbox = new Outbox(await openOutboxDatabase());
  const sender = new Sender(outbox, new Service("", () => {}, network.fetch), (send) => send());
  return { network, outbox, sender };
}

/** A level's only question, answered right. */
export function doneLesson(level_id: string) {
  const question = { id: `${level_id}q`, level_id, question: "?", xp: 1, order: 1 };
  const questions = [{ ...question, type: "true_false", payload: { correct_answer: true } }];
  return answerQuestion(beginLesson(level_id, questions), true).lesson;
}

export function frozen(level_id: string, key: string, now = 1_800_000_000_000) {
  const level = { title: level_id, min_correct: 1, total_questions: 1 };
  return freeze(doneLesson(level_id), level, { key, now, seal: null });
}

export async function finish(outbox: Outbox, account: string, level_id: string, key: string): Promise<boolean> {
  await outbox.begin(account, doneLesson(level_id));
  const { request, finished } = frozen(level_id, key);
  return outbox.finish(account, request, finished);
}
