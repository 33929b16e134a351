import { hasKey } from "../learning/questions";
import { Icon } from "../parts/icon";
import { text } from "../texts";
import type { QuestionProps } from ".";

export type MarkName = "right" | "wrong";

/** Right or wrong beside what was answered: a shape and a word, not a colour alone. */
export function Mark({ mark }: { mark: MarkName | undefined }) {
  if (mark === undefined) return null;
  return (
    <span class="mark">
      <Icon name={mark} />
      <span class="for-ears">{text(`question.mark.${mark}`)}</span>
    </span>
  );
}

/** How one of the options is marked once the answer was checked, if the device has the key. */
export function markOf(option: string | boolean, { question, answer, verdict, attempt_id }: QuestionProps) {
  if (verdict === null || !hasKey(question, attempt_id)) return undefined;
  if (option === (question.payload as { correct_answer?: string | boolean }).correct_answer) return "right";
  return option === answer ? "wrong" : undefined;
}

/** What keyboards reach by the number keys: the element with this attribute is clicked. */
export function keyOf(place: number): { "data-key": string } | Record<string, never> {
  return place < 9 ? { "data-key": String(place + 1) } : {};
}
