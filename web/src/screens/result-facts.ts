/** What the device knows of a finished lesson. */

import type { App } from "../app";
import { correctAnswers, type Lesson } from "../learning/lesson";
import { type Level, passes } from "../learning/levels";
import { isKnown } from "../learning/questions";
import type { components } from "../openapi";
import type { Reviewed } from "../parts/review";
import type { SubmitAnswer } from "../store/account-database";
import type { Item } from "../store/outbox-database";

type Graded = SubmitAnswer & Partial<Pick<components["schemas"]["GradedSubmitAnswer"], "results">>;

interface Facts {
  /** In the outbox; null after its answer was taken in. */
  item: Item | null;
  answer: Graded | null;
  /** Null after a reload. */
  lesson: Lesson | null;
  correct: number | null;
}

export function lessonOf(app: App, level_id: string, requestKey: string): Facts {
  const answer = app.learner.answers.value.get(requestKey) ?? null;
  const item = app.learner.items.value.find(({ request }) => request.key === requestKey) ?? null;
  const lesson = app.played.get(requestKey) ?? null;
  const best = app.learner.progress.value.get(level_id)?.best_correct;
  const played = lesson === null ? null : correctAnswers(lesson);
  const known = answer?.correct_answers ?? item?.lesson?.correct_answers ?? played;
  // After a reload the answer itself is gone, and the best is what is left to tell.
  const correct = known ?? (item === null && answer === null ? best : undefined) ?? null;
  return { item, answer, lesson, correct };
}

/** Whether the level had been passed before the lesson of this request. */
export function wasPassedBefore(app: App, level: Level, requestKey: string): boolean {
  const { progress, items, answers } = app.learner;
  const isHere = items.value.some(
    ({ request, lesson, state }) =>
      request.key !== requestKey && state !== "shelved" && lesson?.level_id === level.id && isPass(lesson),
  );
  if (isHere) return true;
  return !answers.value.has(requestKey) && progress.value.get(level.id)?.status === "COMPLETED";
}

function isPass(lesson: NonNullable<Item["lesson"]>): boolean {
  return lesson.correct_answers !== null && passes(lesson, lesson.correct_answers);
}

/** What was not right; under server grading everything, because nothing was told before. */
export function reviewed(lesson: Lesson, answer: Graded | null): Reviewed[] {
  const told = new Map(answer?.results?.map((result) => [result.question_id, result]));
  return lesson.questions.filter(isKnown).flatMap((question) => {
    const result = told.get(question.id);
    const isRight = lesson.verdicts[question.id] ?? result?.correct;
    if (isRight === undefined || (isRight && lesson.attempt_id === null)) return [];
    const explanation = question.explanation ?? result?.explanation ?? null;
    const explanation_en = question.explanation_en ?? null;
    return [{ question, answer: lesson.answers[question.id] ?? null, isRight, explanation, explanation_en }];
  });
}

/** The level that comes after this one and is open; null: none. */
export function nextLevel(app: App, level: Level): Level | null {
  const levels = app.content.findLevel(level.id)?.section.units.flatMap((unit) => unit.levels) ?? [];
  const next = levels[levels.findIndex(({ id }) => id === level.id) + 1];
  return next !== undefined && app.learner.statuses(levels)[next.id] !== "LOCKED" ? next : null;
}
