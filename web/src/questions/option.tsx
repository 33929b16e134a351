import type { ComponentChildren } from "preact";
import type { QuestionProps } from ".";
import { keyOf, Mark, markOf } from "./mark";

/** One of a question's options, of which one is chosen. */
export function Option({
  of,
  option,
  place,
  isTall = false,
  children,
}: {
  of: QuestionProps;
  option: string | boolean;
  place: number;
  isTall?: boolean;
  children: ComponentChildren;
}) {
  const { question, answer, choose, verdict } = of;
  const isChosen = option === answer;
  const mark = markOf(option, of);
  return (
    <label class={isTall ? "option tall" : "option"} data-chosen={isChosen || undefined} data-mark={mark}>
      <input
        {...keyOf(place)}
        type="radio"
        name={question.id}
        checked={isChosen}
        aria-disabled={verdict !== null}
        onClick={(event) => verdict !== null && event.preventDefault()}
        onChange={() => verdict === null && choose(option)}
      />
      {children}
      <Mark mark={mark} />
    </label>
  );
}
