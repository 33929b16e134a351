import { Icon } from "../parts/icon";
import { text } from "../texts";

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

/** What keyboards reach by the number keys: the element with this attribute is clicked. */
export function keyOf(place: number): { "data-key": string } | Record<string, never> {
  return place < 9 ? { "data-key": String(place + 1) } : {};
}
