import { hasKey, type Payloads } from "../learning/questions";
import { shuffled } from "../learning/shuffle";
import { Words } from "../parts/words";
import type { QuestionProps } from ".";
import { keyOf, Mark } from "./mark";

export function MultipleChoice({ question, answer, choose, verdict, attempt_id, seed }: QuestionProps) {
  const { options, correct_answer } = question.payload as Partial<Payloads["multiple_choice"]> & { options: string[] };
  const shown = hasKey(question, attempt_id) ? shuffled(options, seed) : options;
  const mark = (option: string) => {
    if (verdict === null || verdict === "unknown") return undefined;
    if (option === correct_answer) return "right";
    return option === answer ? "wrong" : undefined;
  };
  return (
    <div class="options" role="radiogroup" aria-labelledby="question" aria-describedby="hint">
      {shown.map((option, place) => (
        <label key={option} class="option" data-chosen={option === answer || undefined} data-mark={mark(option)}>
          <input
            {...keyOf(place)}
            type="radio"
            name={question.id}
            checked={option === answer}
            aria-disabled={verdict !== null}
            onClick={(event) => verdict !== null && event.preventDefault()}
            onChange={() => verdict === null && choose(option)}
          />
          <span class="badge" aria-hidden="true">
            {"ABCDEFGHI"[place] ?? place + 1}
          </span>
          <span class="grow">
            <Words>{option}</Words>
          </span>
          <Mark mark={mark(option)} />
        </label>
      ))}
    </div>
  );
}
