import type { Payloads } from "../learning/questions";
import { Icon } from "../parts/icon";
import type { QuestionProps } from ".";

export function MultipleChoice({ question, answer, choose, verdict }: QuestionProps) {
  const { options, correct_answer } = question.payload as Partial<Payloads["multiple_choice"]> & { options: string[] };
  const mark = (option: string) => {
    if (verdict === null || verdict === "unknown") return undefined;
    if (option === correct_answer) return "right";
    return option === answer ? "wrong" : undefined;
  };
  return (
    <div class="options" role="radiogroup" aria-labelledby="question">
      {options.map((option, place) => (
        <label key={option} class="option" data-mark={mark(option)}>
          <input
            type="radio"
            name={question.id}
            checked={option === answer}
            disabled={verdict !== null}
            onChange={() => choose(option)}
          />
          <span class="number" aria-hidden="true">
            {place + 1}
          </span>
          <span>{option}</span>
          {mark(option) !== undefined && <Icon name={mark(option) === "right" ? "right" : "wrong"} />}
        </label>
      ))}
    </div>
  );
}
