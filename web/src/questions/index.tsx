import type { FunctionComponent } from "preact";
import type { Answer, Kind, Question } from "../learning/questions";
import type { Verdict } from "../lesson-run";
import type { TextKey } from "../texts";
import { FillBlank } from "./fill-blank";
import { MorseTap, OrderPictures, PointOnMap, SemaphorePose } from "./later";
import { Matching } from "./matching";
import { MultipleChoice } from "./multiple-choice";
import { Ordering } from "./ordering";
import { TrueFalse } from "./true-false";
import { WordBank } from "./word-bank";

/** What every kind of question is given. It calls `choose` with an answer that is complete, or with null. */
export interface QuestionProps {
  question: Question;
  /** What is chosen so far. */
  answer: Answer;
  choose(answer: Answer): void;
  /** After the answer was checked: nothing can be changed, and right and wrong are shown; null: not yet. */
  verdict: Verdict | null;
  /** Of the attempt that the questions belong to; see `hasKey`. */
  attempt_id: string | null;
  /** For the order in which options and words are shown. */
  seed: string;
}

interface View {
  body: FunctionComponent<QuestionProps>;
  /** What to do. */
  hint: TextKey;
}

const KINDS: Record<Kind, View> = {
  multiple_choice: { body: MultipleChoice, hint: "question.multiple_choice" },
  fill_blank: { body: FillBlank, hint: "question.fill_blank" },
  word_bank: { body: WordBank, hint: "question.word_bank" },
  matching: { body: Matching, hint: "question.matching" },
  true_false: { body: TrueFalse, hint: "question.true_false" },
  ordering: { body: Ordering, hint: "question.ordering" },
  morse_tap: { body: MorseTap, hint: "question.morse_tap" },
  semaphore_pose: { body: SemaphorePose, hint: "question.semaphore_pose" },
  order_pictures: { body: OrderPictures, hint: "question.order_pictures" },
  point_on_map: { body: PointOnMap, hint: "question.point_on_map" },
};

/** What to do with a question of this kind. */
export function hintOf(question: Question): TextKey | undefined {
  return viewOf(question)?.hint;
}

/** The part of a question that is answered. */
export function QuestionBody(props: QuestionProps) {
  const view = viewOf(props.question);
  return view === undefined ? null : <view.body {...props} />;
}

function viewOf({ type }: Question): View | undefined {
  return Object.keys(KINDS).includes(type) ? KINDS[type as Kind] : undefined;
}
