/**
 * A lesson under way: plain data that survives a reload, changed by pure functions.
 * First answers are what is submitted. Where the device has the keys, what was wrong comes again once, at the end.
 */

import { grade } from "./grading";
import { type Answer, hasKey, isKnown, type Question } from "./questions";

export interface Lesson {
  level_id: string;
  /** Of an attempt that the service handed out; its verdicts come with the service's answer. */
  attempt_id: string | null;
  questions: Question[];
  /** First answers, by question id. */
  answers: Record<string, Answer>;
  /** What the device found of first answers; a question without its key has none. */
  verdicts: Record<string, boolean>;
  /** Ids of the questions still to be shown, the present one first. */
  queue: string[];
  round: "first" | "second";
  /** Orders options and words; the same after a reload. Lessons that began in older versions have none. */
  seed?: string;
}

/** Questions of kinds that the app cannot show are left out of the queue and answered with `null`. */
export function beginLesson(level_id: string, questions: Question[], attempt_id: string | null = null): Lesson {
  const inOrder = [...questions].sort((one, other) => one.order - other.order);
  const unknown = inOrder.filter((question) => !isKnown(question));
  const queue = inOrder.filter(isKnown).map((question) => question.id);
  const answers = Object.fromEntries(unknown.map((question): [string, Answer] => [question.id, null]));
  return { level_id, attempt_id, questions: inOrder, answers, verdicts: {}, queue, round: "first" };
}

/** The question to show; null: the lesson is over. */
export function currentQuestion(lesson: Lesson): Question | null {
  return lesson.questions.find((question) => question.id === lesson.queue[0]) ?? null;
}

/** The lesson after an answer to the current question, and the verdict: null where only the service has the key. */
export function answerQuestion(lesson: Lesson, answer: Answer): { lesson: Lesson; verdict: boolean | null } {
  const question = currentQuestion(lesson);
  if (question === null) return { lesson, verdict: null };
  const verdict = hasKey(question, lesson.attempt_id) ? grade(question, answer) : null;
  const queue = lesson.queue.slice(1);
  if (lesson.round === "second") return { lesson: { ...lesson, queue }, verdict };
  const answers = { ...lesson.answers, [question.id]: answer };
  const verdicts = verdict === null ? lesson.verdicts : { ...lesson.verdicts, [question.id]: verdict };
  const next: Lesson = { ...lesson, answers, verdicts, queue };
  return { lesson: queue.length > 0 ? next : beginSecondRound(next), verdict };
}

/** How many first answers the device found right; null where the service alone can tell. */
export function correctAnswers(lesson: Lesson): number | null {
  const verdicts = Object.values(lesson.verdicts);
  const shown = lesson.questions.filter(isKnown).length;
  return verdicts.length === shown ? verdicts.filter(Boolean).length : null;
}

function beginSecondRound(lesson: Lesson): Lesson {
  const wrong = lesson.questions.filter((question) => lesson.verdicts[question.id] === false);
  return { ...lesson, queue: wrong.map((question) => question.id), round: "second" };
}
