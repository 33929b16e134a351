import type { Answer, Question } from "../learning/questions";
import { solution } from "../learning/solutions";
import { languageOf, pick, text } from "../texts";
import { Icon } from "./icon";

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
            <h3 lang={languageOf(question.question_en)}>{pick(question.question, question.question_en)}</h3>
            <p class="given">
              <Icon name={isRight ? "right" : "wrong"} />
              <span>
                <span class="for-ears">{text(isRight ? "question.mark.right" : "question.mark.wrong")}. </span>
                {answer === null ? text("result.skipped") : text("result.your_answer", { text: answerText(answer) })}
              </span>
            </p>
            {!isRight && <Right lines={solution(question, attempt_id)} />}
            {explanation && <p lang={languageOf(explanation_en)}>{pick(explanation, explanation_en)}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Right({ lines }: { lines: readonly string[] }) {
  const [only = "", ...more] = lines;
  if (only === "") return null;
  if (more.length === 0) return <p class="right">{text("result.solution", { text: only })}</p>;
  return (
    <p class="right">
      {text("lesson.solution")}
      {lines.map((line) => (
        <span key={line} class="solution">
          {line}
        </span>
      ))}
    </p>
  );
}

function answerText(answer: NonNullable<Answer>): string {
  if (typeof answer === "boolean") return text(answer ? "question.true" : "question.false");
  if (typeof answer === "string") return answer;
  if (Array.isArray(answer)) return answer.join(" · ");
  return Object.entries(answer)
    .map(([left, right]) => `${left} → ${right}`)
    .join("; ");
}
