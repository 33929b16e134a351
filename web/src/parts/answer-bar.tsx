import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Mascot } from "../art/mascot";
import type { Lesson } from "../learning/lesson";
import type { Answer } from "../learning/questions";
import type { LessonRun, Step, Verdict } from "../lesson-run";
import { StorageFull } from "../store/transact";
import { languageOf, pick, type TextKey, text } from "../texts";
import { Icon } from "./icon";
import { Solution } from "./solution";
import { Words } from "./words";

/** From how many right answers on they are counted aloud. */
const IN_A_ROW = 3;

interface AnswerBarProps {
  run: LessonRun;
  step: Step;
  canCheck: boolean;
  canGoOn: boolean;
  check(): void;
  skip(): void;
  next(): void;
}

/** Below the question: check or skip; then the verdict, the explanation and the way on. */
export function AnswerBar({ run, step, canCheck, canGoOn, check, skip, next }: AnswerBarProps) {
  const { verdict } = step;
  const lesson = run.lesson.value;
  const unkept = verdict === null ? null : run.unkept.value;
  const isLast = lesson.queue.length === 0;
  const name =
    verdict === null
      ? lesson.attempt_id === null
        ? "lesson.check"
        : "lesson.keep"
      : unkept !== null
        ? "lesson.retry"
        : isLast
          ? "lesson.finish"
          : "lesson.next";
  const bar = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (verdict !== null) bar.current?.scrollIntoView({ block: "nearest" }); // in a low window it is below
  }, [verdict]);
  return (
    <div ref={bar} class="answer-bar" data-verdict={verdict ?? undefined}>
      <Status>{verdict !== null && <Told step={step} verdict={verdict} lesson={lesson} />}</Status>
      {unkept !== null && (
        <p role="alert">{text(unkept instanceof StorageFull ? "lesson.unkept" : "lesson.unkept_other")}</p>
      )}
      <div class="buttons">
        {/* The same button all along, so that it keeps the focus. */}
        <button
          type="button"
          class="button big"
          disabled={verdict === null && !canCheck}
          aria-disabled={verdict !== null && unkept === null && !canGoOn}
          onClick={() => (verdict === null ? check() : unkept === null ? next() : void run.keep())}
        >
          {text(name)}
        </button>
        {verdict === null && (
          <button type="button" class="button plain" onClick={skip}>
            {text("lesson.skip")}
          </button>
        )}
      </div>
    </div>
  );
}

/** What screen readers say when it changes; keyboards can scroll it where it is longer than the screen. */
function Status({ children }: { children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const [isLong, setLong] = useState(false);
  useLayoutEffect(() => {
    const { scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    setLong(scrollHeight > clientHeight);
  });
  return (
    <div ref={box} role="status" {...(isLong ? { tabIndex: 0 } : {})}>
      {children}
    </div>
  );
}

function Told({ step, verdict, lesson }: { step: Step; verdict: Verdict; lesson: Lesson }) {
  const { question, round } = step;
  const { explanation, explanation_en } = question;
  const inARow = verdict === "right" && round === "first" ? rightInARow(lesson) : 0;
  return (
    <div class="told">
      <Mascot mood={verdict === "unknown" ? "waiting" : verdict === "wrong" ? "comforting" : "glad"} />
      <div class="grow">
        <h2 class="verdict">
          <Icon name={verdict === "wrong" ? "again" : "right"} />
          {text(headline(verdict, step.answer))}
        </h2>
        {inARow >= IN_A_ROW && <p class="in-a-row">{text("lesson.in_a_row", { n: inARow })}</p>}
        {verdict === "unknown" && <p>{text("lesson.kept_more")}</p>}
        {verdict === "wrong" && <Solution question={question} attempt_id={lesson.attempt_id} />}
        {explanation && (
          <p>
            <Words lang={languageOf(explanation_en)}>{pick(explanation, explanation_en)}</Words>
          </p>
        )}
        {verdict === "wrong" && round === "first" && <p>{text("lesson.wrong_again")}</p>}
      </div>
    </div>
  );
}

function headline(verdict: Verdict, answer: Answer): TextKey {
  if (verdict === "wrong") return answer === null ? "lesson.skipped" : "lesson.wrong";
  return verdict === "right" ? "lesson.right" : "lesson.kept";
}

/** How many of the last first answers were right. */
function rightInARow({ questions, verdicts }: Lesson): number {
  const found = questions.map(({ id }) => verdicts[id]).filter((verdict) => verdict !== undefined);
  return found.length - 1 - found.lastIndexOf(false);
}
