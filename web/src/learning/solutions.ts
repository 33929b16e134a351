/** What would have been right, as a learner reads it. */

import { hasKey, type Question } from "./questions";

/** Lines to show; none where the device has no key, or where the question itself shows what is right. */
export function solution(question: Question, attempt_id: string | null): string[] {
  if (!hasKey(question, attempt_id)) return [];
  switch (question.type) {
    case "multiple_choice":
    case "fill_blank":
      return [question.payload.correct_answer];
    case "word_bank":
      return [question.payload.correct_order.join(" ")];
    case "matching":
      return question.payload.pairs.map(({ left, right }) => `${left} → ${right}`);
    case "ordering":
      return question.payload.items.map((item, place) => `${place + 1}. ${item}`);
    default:
      return [];
  }
}
