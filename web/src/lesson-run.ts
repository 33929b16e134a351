/** A lesson as it is played: kept on the device after each answer, and handed to the outbox at its end. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { App } from "./app";
import { answerQuestion, beginLesson, currentQuestion, type Lesson } from "./learning/lesson";
import type { Level } from "./learning/levels";
import type { Answer } from "./learning/questions";
import { readValue } from "./store/device-database";
import { freeze } from "./sync/submission";

/** The level's questions are not on the device. */
export class LevelMissing extends Error {}

export class LessonRun {
  readonly lesson: ReadonlySignal<Lesson>;
  private readonly present;

  private constructor(
    private readonly app: App,
    private readonly account: string,
    readonly level: Level,
    lesson: Lesson,
  ) {
    this.present = signal(lesson);
    this.lesson = this.present;
  }

  /** Go on with the lesson under way, or begin one. Raises `LevelMissing` or `StorageFull`; then nothing has begun. */
  static async open(app: App, level_id: string): Promise<LessonRun> {
    const account = app.learner.account.value;
    const found = app.content.findLevel(level_id);
    if (found === null) throw new LevelMissing(level_id);
    const underWay = await app.outbox.openLesson(account, level_id);
    if (underWay !== null) return new LessonRun(app, account, found.level, underWay);
    const { downloads } = app.content;
    const downloaded = await downloads.findLevel(level_id, app.learner.isGuest.value ? null : account);
    if (downloaded === null) throw new LevelMissing(level_id);
    const lesson = beginLesson(level_id, downloaded.questions, downloaded.attempt_id);
    await app.outbox.keepLesson(account, lesson);
    await downloads.useUp(downloaded);
    return new LessonRun(app, account, found.level, lesson);
  }

  /** Answer the current question; the verdict is null where only the service has the key. Raises `StorageFull`. */
  async answer(answer: Answer): Promise<boolean | null> {
    const { lesson, verdict } = answerQuestion(this.present.value, answer);
    await this.app.outbox.keepLesson(this.account, lesson);
    this.present.value = lesson;
    return verdict;
  }

  get isOver(): boolean {
    return currentQuestion(this.present.value) === null;
  }

  /** Hand the finished lesson to the outbox; the key of its request. Raises `StorageFull`: the lesson is still kept. */
  async finish(): Promise<string> {
    const key = crypto.randomUUID();
    const seal = await readValue(this.app.device, "time_seal");
    const { request, finished } = freeze(this.present.value, this.level, { key, now: Date.now(), seal });
    await this.app.outbox.finish(this.account, request, finished);
    await this.app.learner.takeIn();
    this.app.sender.hurry();
    return key;
  }

  /** Leave it: nothing is submitted, and the next lesson of the level begins anew. */
  async drop(): Promise<void> {
    await this.app.outbox.dropLesson(this.account, this.level.id);
  }
}
