import { Mascot } from "../art/mascot";
import type { Lesson } from "../learning/lesson";
import { solution } from "../learning/solutions";
import type { LessonRun, Step, Verdict } from "../lesson-run";
import { StorageFull } from "../store/transact";
import { languageOf, pick, text } from "../texts";
import { Icon } from "./icon";

/** From how many right answers on they are counted aloud. */
const IN_A_ROW = 3;

interface AnswerBarProps {
  run: LessonRun;
  step: Step;
  canCheck: boolean;
  check(): void;
  skip(): void;
  next(): void;
}

/** Below the question: check or skip; then the verdict, the explanation and the way on. */
export function AnswerBar({ run, step, canCheck, check, skip, next }: AnswerBarProps) {
  const { verdict } = step;
  const lesson = run.lesson.value;
  const isLast = verdict !== null && lesson.queue.length === 0;
  return (
    <div class="answer-bar" data-verdict={verdict ?? undefined}>
      <div role="status">{verdict !== null && <Told step={step} verdict={verdict} lesson={lesson} />}</div>
      {verdict === null && (
        <div class="buttons">
          <button type="button" class="button plain" onClick={skip}>
            {text("lesson.skip")}
          </button>
          <button type="button" class="button big" disabled={!canCheck} onClick={check}>
            {text(lesson.attempt_id === null ? "lesson.check" : "lesson.keep")}
          </button>
        </div>
      )}
      {verdict !== null && <Onward run={run} isLast={isLast} next={next} />}
    </div>
  );
}

function Onward({ run, isLast, next }: { run: LessonRun; isLast: boolean; next(): void }) {
  const unkept = run.unkept.value;
  if (unkept === null) {
    return (
      <button type="button" class="button big" onClick={next}>
        {text(isLast ? "lesson.finish" : "lesson.next")}
      </button>
    );
  }
  return (
    <>
      <p role="alert">{text(unkept instanceof StorageFull ? "lesson.unkept" : "lesson.unkept_other")}</p>
      <button type="button" class="button big" onClick={() => void run.keep()}>
        {text("lesson.retry")}
      </button>
    </>
  );
}

function Told({ step, verdict, lesson }: { step: Step; verdict: Verdict; lesson: Lesson }) {
  const { question, round } = step;
  const { explanation, explanation_en } = question;
  const inARow = verdict === "right" && round === "first" ? rightInARow(lesson) : 0;
  const lines = verdict === "wrong" ? solution(question, lesson.attempt_id) : [];
  return (
    <div class="told">
      <Mascot mood={verdict === "unknown" ? "waiting" : verdict === "wrong" ? "comforting" : "glad"} />
      <div class="grow">
        <p class="verdict">
          <Icon name={verdict === "wrong" ? "again" : "right"} />
          {text(verdict === "unknown" ? "lesson.kept" : verdict === "right" ? "lesson.right" : "lesson.wrong")}
        </p>
        {inARow >= IN_A_ROW && <p class="in-a-row">{text("lesson.in_a_row", { n: inARow })}</p>}
        {verdict === "unknown" && <p>{text("lesson.kept_more")}</p>}
        {lines.length > 0 && (
          <p>
            {text("lesson.solution")}
            {lines.map((line) => (
              <strong key={line} class="solution">
                {line}
              </strong>
            ))}
          </p>
        )}
        {explanation && <p lang={languageOf(explanation_en)}>{pick(explanation, explanation_en)}</p>}
        {verdict === "wrong" && round === "first" && <p>{text("lesson.wrong_again")}</p>}
      </div>
    </div>
  );
}

/** How many of the last first answers were right. */
function rightInARow({ questions, verdicts }: Lesson): number {
  const found = questions.map(({ id }) => verdicts[id]).filter((verdict) => verdict !== undefined);
  return found.length - 1 - found.lastIndexOf(false);
}
