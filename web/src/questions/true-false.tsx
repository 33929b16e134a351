import { hasKey } from "../learning/questions";
import { Icon } from "../parts/icon";
import { text } from "../texts";
import type { QuestionProps } from ".";
import { keyOf, Mark } from "./mark";

const CHOICES = [
  { value: true, name: "question.true", icon: "thumb_up" },
  { value: false, name: "question.false", icon: "thumb_down" },
] as const;

export function TrueFalse({ question, answer, choose, verdict, attempt_id }: QuestionProps) {
  const isKeyed = hasKey(question, attempt_id) && question.type === "true_false";
  const mark = (value: boolean) => {
    if (verdict === null || !isKeyed) return undefined;
    if (value === question.payload.correct_answer) return "right";
    return value === answer ? "wrong" : undefined;
  };
  return (
    <div class="options two" role="radiogroup" aria-labelledby="question" aria-describedby="hint">
      {CHOICES.map(({ value, name, icon }, place) => (
        <label key={name} class="option tall" data-chosen={value === answer || undefined} data-mark={mark(value)}>
          <input
            {...keyOf(place)}
            type="radio"
            name={question.id}
            checked={value === answer}
            aria-disabled={verdict !== null}
            onClick={(event) => verdict !== null && event.preventDefault()}
            onChange={() => verdict === null && choose(value)}
          />
          <span class="option-icon">
            <Icon name={icon} />
          </span>
          <span>{text(name)}</span>
          <Mark mark={mark(value)} />
        </label>
      ))}
    </div>
  );
}
