/** A finished lesson's request, frozen: a retry after an update of the app is the same request. */

import { correctAnswers, type Lesson } from "../learning/lesson";
import type { Level } from "../learning/levels";
import type { FinishedLesson, FrozenRequest } from "../store/outbox-database";
import { type HeldSeal, serviceTime } from "./service-time";

export function freeze(
  lesson: Lesson,
  level: Pick<Level, "title" | "min_correct" | "total_questions">,
  { key, now, seal }: { key: string; now: number; seal: HeldSeal | null },
): { request: FrozenRequest; finished: FinishedLesson } {
  const { level_id, answers, attempt_id } = lesson;
  const done_at = serviceTime(seal, now);
  const body = {
    level_id,
    answers,
    ...(attempt_id === null ? {} : { attempt_id }),
    done_at: new Date(done_at).toISOString(),
    ...(seal === null ? {} : { time_seal: seal.time_seal }),
  };
  const { title, min_correct, total_questions } = level;
  return {
    request: { method: "POST", path: "/training/progress/submit", body: JSON.stringify(body), key },
    finished: { level_id, title, min_correct, total_questions, correct_answers: correctAnswers(lesson), done_at },
  };
}
