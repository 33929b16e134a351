/** A lesson as it is played: kept on the device after each answer, and handed to the outbox at its end. */

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { App } from "./app";
import { answerQuestion, beginLesson, currentQuestion, type Lesson } from "./learning/lesson";
import type { Level } from "./learning/levels";
import { type Answer, isKnown, type Question } from "./learning/questions";
import { randomId } from "./random-id";
import type { DownloadedSection } from "./store/device-database";
import { readValue } from "./store/device-database";
import { Refused, Unreachable } from "./sync/errors";
import { freeze } from "./sync/submission";

/** The level's questions are not on the device. */
export class LevelMissing extends Error {}

/** The app knows none of the level's kinds of questions. */
export class NothingToShow extends Error {}

/** `unknown`: only the service has the key. */
export type Verdict = "right" | "wrong" | "unknown";

/** What is on the screen. */
export interface Step {
  question: Question;
  round: Lesson["round"];
  /** From 1; in the second round, of what comes again. */
  place: number;
  all: number;
  /** What was answered; null before, and for what was left out. */
  answer: Answer;
  verdict: Verdict | null;
}

export class LessonRun {
  readonly lesson: ReadonlySignal<Lesson>;
  /** Null: the lesson is over. */
  readonly step: ReadonlySignal<Step | null>;
  /** Why the last answer is not on the device (`StorageFull`); null: it is, or soon will be. */
  readonly unkept: ReadonlySignal<unknown>;
  /** Whether another learner uses the device by now: the lesson stays with whom it began with. */
  readonly isOthers: ReadonlySignal<boolean>;

  private readonly state;
  private keeping: Promise<void> = Promise.resolve();
  private finishing: Promise<string | null> | null = null;

  private constructor(
    private readonly app: App,
    private account: string,
    readonly section: DownloadedSection,
    readonly level: Level,
    lesson: Lesson,
  ) {
    this.state = {
      lesson: signal(lesson),
      step: signal<Step | null>(null),
      unkept: signal<unknown>(null),
      isOthers: signal(false),
    };
    this.lesson = this.state.lesson;
    this.step = this.state.step;
    this.unkept = this.state.unkept;
    this.isOthers = this.state.isOthers;
    this.show();
  }

  /** Go on with the lesson under way, or begin one. Raises `LevelMissing`, `NothingToShow` or `StorageFull`. */
  static async open(app: App, level_id: string): Promise<LessonRun> {
    const account = app.learner.account.value;
    const found = app.content.findLevel(level_id) ?? (await bring(app, level_id)) ?? missing(level_id);
    const underWay = await app.outbox.openLesson(account, level_id);
    const lesson = underWay ?? (await begin(app, account, level_id));
    // Also after a reload: it may have come between the two.
    await app.content.downloads.useUp({ account, level_id, attempt_id: lesson.attempt_id });
    return new LessonRun(app, account, found.section, found.level, lesson);
  }

  /** Answer the question on the screen. The verdict is there at once; a second tap changes nothing. */
  answer(answer: Answer): void {
    const step = this.state.step.value;
    if (step === null || step.verdict !== null) return;
    const { lesson, verdict } = answerQuestion(this.state.lesson.value, answer);
    batch(() => {
      this.state.lesson.value = lesson;
      this.state.step.value = {
        ...step,
        answer,
        verdict: verdict === null ? "unknown" : verdict ? "right" : "wrong",
      };
    });
    void this.keep();
  }

  /**
   * Keep the lesson as it is now, and look whose it is. If keeping fails, `unkept` says why, and trying again is right.
   */
  keep(): Promise<void> {
    const lesson = this.state.lesson.value;
    this.keeping = this.keeping
      .then(() => this.keepOpen(lesson))
      .then(
        () => {
          this.state.unkept.value = null;
        },
        (error) => {
          this.state.unkept.value = error;
        },
      );
    return this.keeping;
  }

  /** Another learner may have come, in another window: look whose lesson it is. */
  async look(): Promise<void> {
    if (this.account === this.app.learner.account.value) this.state.isOthers.value = false;
    else await this.keep();
  }

  /** Show the next question; `step` is null after the last. Before the verdict, nothing happens. */
  next(): void {
    if (this.state.step.value?.verdict !== null) this.show();
  }

  /**
   * Hand the finished lesson to the outbox; the key of its request, or null if another window was first. Calling it
   * twice is once. Raises `StorageFull`: the lesson is still kept.
   */
  finish(): Promise<string | null> {
    this.finishing ??= this.handOver().catch((error) => {
      this.finishing = null;
      throw error;
    });
    return this.finishing;
  }

  /** In another window, an account may have taken a guest's lesson along, the guest may have left, or it is over. */
  private async keepOpen(lesson: Lesson): Promise<void> {
    const { outbox, learner } = this.app;
    this.account = (await outbox.keepAnswers(this.account, lesson)) ?? this.account;
    this.state.isOthers.value = this.account !== learner.account.value;
  }

  private show(): void {
    const { lesson, step } = this.state;
    const { round, queue, questions, verdicts } = lesson.value;
    const question = currentQuestion(lesson.value);
    const all = questions.filter((each) => isKnown(each) && (round === "first" || verdicts[each.id] === false)).length;
    step.value = question && { question, round, place: all - queue.length + 1, all, answer: null, verdict: null };
  }

  private async handOver(): Promise<string | null> {
    await this.keep(); // which also finds whose it is by now
    const key = randomId();
    const seal = await readValue(this.app.device, "time_seal");
    const { request, finished } = freeze(this.lesson.value, this.level, { key, now: Date.now(), seal });
    const isFirst = await this.app.outbox.finish(this.account, request, finished, this.lesson.value.seed);
    await this.app.learner.takeIn();
    this.app.sender.hurry();
    if (!isFirst) return null;
    this.app.played.set(key, this.lesson.value);
    return key;
  }
}

/** Begin with the level's questions on the device, which are brought where there are none. Raises as `open`. */
async function begin(app: App, account: string, level_id: string): Promise<Lesson> {
  const { downloads } = app.content;
  const learner = app.learner.isGuest.value ? null : account;
  let downloaded = await downloads.findLevel(level_id, learner);
  if (downloaded === null && (await bring(app, level_id)) !== null) {
    downloaded = await downloads.findLevel(level_id, learner);
  }
  if (downloaded === null) return missing(level_id);
  const begun = beginLesson(level_id, downloaded.questions, downloaded.attempt_id);
  if (currentQuestion(begun) === null) throw new NothingToShow(level_id);
  return app.outbox.begin(account, { ...begun, seed: randomId() });
}

/** The level, after its section was asked for: a link to a lesson may come before the section; null: not to be had. */
async function bring(app: App, level_id: string): Promise<ReturnType<App["content"]["findLevel"]>> {
  const [section = ""] = level_id.split("_"); // ids of levels begin with their section's
  try {
    await app.content.download(section, await app.learner.downloader());
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    return null;
  }
  return app.content.findLevel(level_id);
}

function missing(level_id: string): never {
  throw new LevelMissing(level_id);
}
