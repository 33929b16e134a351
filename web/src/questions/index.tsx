import type { FunctionComponent } from "preact";
import type { Answer, Question } from "../learning/questions";
import { MultipleChoice } from "./multiple-choice";

/** What every kind of question is given. It calls `choose` with an answer that is complete, or with null. */
export interface QuestionProps {
  question: Question;
  /** What is chosen so far. */
  answer: Answer;
  choose(answer: Answer): void;
  /** After the answer was checked: nothing can be changed, and right and wrong are shown; null: not yet. */
  verdict: "right" | "wrong" | "unknown" | null;
}

const KINDS: Record<string, FunctionComponent<QuestionProps>> = {
  multiple_choice: MultipleChoice,
};

/** The part of a question that is answered. */
export function QuestionBody(props: QuestionProps) {
  const Kind = KINDS[props.question.type];
  return Kind === undefined ? null : <Kind {...props} />;
}
