import type { Answer, Question } from "../learning/questions";
import type { Pose } from "../learning/signals";
import { answerText, isPoseAnswer } from "../learning/solutions";
import { armsInWords } from "../media/semaphore-words";
import { language } from "../preferences";
import { languageOf, pick, text } from "../texts";
import { Icon } from "./icon";
import { Solution } from "./solution";
import { Words } from "./words";

/** A question of a finished lesson. */
export interface Reviewed {
  question: Question;
  answer: Answer;
  isRight: boolean;
  explanation: string | null;
  explanation_en: string | null;
}

/** What was answered, what would have been right, and why. */
export function Review({ list, attempt_id }: { list: readonly Reviewed[]; attempt_id: string | null }) {
  if (list.length === 0) return null;
  return (
    <section class="review" aria-labelledby="review">
      <h2 id="review">{text("result.wrong")}</h2>
      <ul>
        {list.map(({ question, answer, isRight, explanation, explanation_en }) => (
          <li key={question.id} class="card" data-right={isRight}>
            <h3>
              <Words lang={languageOf(question.question_en)}>{pick(question.question, question.question_en)}</Words>
            </h3>
            <p class="given">
              <Icon name={isRight ? "right" : "wrong"} />
              <span>
                <span class="for-ears">{text(isRight ? "question.mark.right" : "question.mark.wrong")}. </span>
                <Words lang={language.value}>{told(question, answer)}</Words>
              </span>
            </p>
            {!isRight && <Solution question={question} attempt_id={attempt_id} />}
            {explanation && (
              <p>
                <Words lang={languageOf(explanation_en)}>{pick(explanation, explanation_en)}</Words>
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function told(question: Question, answer: Answer): string {
  if (answer === null) return text("result.skipped");
  return text("result.your_answer", { text: inWords(question, answer) });
}

function inWords(question: Question, answer: NonNullable<Answer>): string {
  if (typeof answer === "boolean") return text(answer ? "question.true" : "question.false");
  if (isPoseAnswer(answer)) return armsInWords(answer as unknown as Pose);
  return answerText(question, answer as Exclude<typeof answer, number[]>, pick);
}
