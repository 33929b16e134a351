import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { text } from "../texts";
import type { QuestionProps } from ".";
import { Mark } from "./mark";

/** As many characters as the service reads. */
const LONGEST = 2000;

export function FillBlank({ answer, choose, verdict }: QuestionProps) {
  const [typed, setTyped] = useState(typeof answer === "string" ? answer : "");
  const mark = verdict === "right" || verdict === "wrong" ? verdict : undefined;
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (verdict !== null) input.current?.blur(); // the keyboard would hide what is told
  }, [verdict]);
  return (
    <label class="blank" data-mark={mark}>
      <span class="quiet">{text("question.your_answer")}</span>
      <span class="row">
        <input
          ref={input}
          type="text"
          value={typed}
          maxLength={LONGEST}
          autocomplete="off"
          autocapitalize="off"
          autocorrect="off"
          spellcheck={false}
          enterkeyhint="done"
          aria-describedby="hint"
          readOnly={verdict !== null}
          onInput={({ currentTarget: { value } }) => {
            setTyped(value);
            choose(value.trim() === "" ? null : value);
          }}
        />
        <Mark mark={mark} />
      </span>
    </label>
  );
}
