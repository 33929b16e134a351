import { Icon } from "../parts/icon";
import { text } from "../texts";
import type { QuestionProps } from ".";
import { Option } from "./option";

const CHOICES = [
  { value: true, name: "question.true", icon: "thumb_up" },
  { value: false, name: "question.false", icon: "thumb_down" },
] as const;

export function TrueFalse(props: QuestionProps) {
  return (
    <div class="options two" role="radiogroup" aria-labelledby="question" aria-describedby="hint">
      {CHOICES.map(({ value, name, icon }, place) => (
        <Option key={name} of={props} option={value} place={place} isTall>
          <span class="option-icon">
            <Icon name={icon} />
          </span>
          <span>{text(name)}</span>
        </Option>
      ))}
    </div>
  );
}
