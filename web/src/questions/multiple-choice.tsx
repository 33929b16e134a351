import { hasKey } from "../learning/questions";
import { shuffled } from "../learning/shuffle";
import { Words } from "../parts/words";
import type { QuestionProps } from ".";
import { Option } from "./option";

export function MultipleChoice(props: QuestionProps) {
  const { question, attempt_id, seed } = props;
  const { options } = question.payload as { options: string[] };
  const shown = hasKey(question, attempt_id) ? shuffled(options, seed) : options;
  return (
    <div class="options" role="radiogroup" aria-labelledby="question" aria-describedby="hint">
      {shown.map((option, place) => (
        <Option key={option} of={props} option={option} place={place}>
          <span class="badge" aria-hidden="true">
            {"ABCDEFGHI"[place] ?? place + 1}
          </span>
          <span class="grow">
            <Words>{option}</Words>
          </span>
        </Option>
      ))}
    </div>
  );
}
