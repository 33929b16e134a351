/** What would have been right, and what was answered, as a learner reads it. */

import { readMedia } from "./media";
import { type Answer, hasKey, type Payloads, type Question } from "./questions";
import { morseSigns } from "./signals";

/** Chooses between the languages that a text of the content has. */
type Pick = (indonesian: string, english: string | null) => string;

/** Lines to show; none where the device has no key, or where the question itself shows what is right. */
export function solution(question: Question, attempt_id: string | null, pick: Pick): string[] {
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
      return numbered(question.payload.items);
    case "order_pictures":
      return numbered(question.payload.items.map(({ media }) => pick(media.alt, media.alt_en)));
    case "morse_tap":
      return [`${question.payload.correct_answer} = ${morseSigns(question.payload.correct_answer)}`];
    case "point_on_map":
      return [placeName(question, question.payload.correct_answer, pick)];
    default:
      return [];
  }
}

/** An answer in words; truths and poses are told by the app's own words. */
export function answerText(question: Question, answer: string | string[] | Record<string, string>, pick: Pick): string {
  if (typeof answer === "string") return question.type === "point_on_map" ? placeName(question, answer, pick) : answer;
  if (!Array.isArray(answer)) {
    return Object.entries(answer)
      .map(([left, right]) => `${left} → ${right}`)
      .join("; ");
  }
  if (question.type !== "order_pictures") return answer.join(question.type === "word_bank" ? " " : " → ");
  const { items } = question.payload as Payloads["order_pictures"];
  const names = new Map(items.map(({ id, media }) => [id, pick(media.alt, media.alt_en)]));
  return answer.map((id) => names.get(id) ?? id).join(" → ");
}

/** Whether an answer is the places of two arms. */
export function isPoseAnswer(answer: Answer): answer is number[] {
  return Array.isArray(answer) && answer.length > 0 && answer.every((place) => typeof place === "number");
}

function numbered(items: readonly string[]): string[] {
  return items.map((item, place) => `${place + 1}. ${item}`);
}

function placeName(question: Question, id: string, pick: Pick): string {
  const media = readMedia(question.media);
  const place = media?.kind === "map" ? media.places.find((each) => each.id === id) : undefined;
  return place === undefined ? id : pick(place.label, place.label_en);
}
