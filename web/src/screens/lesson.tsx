import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { currentQuestion } from "../learning/lesson";
import type { Answer } from "../learning/questions";
import { LessonRun, LevelMissing } from "../lesson-run";
import { Icon } from "../parts/icon";
import { QuestionBody, type QuestionProps } from "../questions";
import { go } from "../routes";
import { StorageFull } from "../store/transact";
import { text } from "../texts";

/** A lesson: one question at a time, each with its verdict, then a second round of what was wrong. */
export function LessonScreen({ levelId }: { levelId: string }) {
  const app = useApp();
  const [run, setRun] = useState<LessonRun | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    LessonRun.open(app, levelId).then(setRun, (error) => setProblem(told(error)));
  }, [app, levelId]);
  if (problem !== null) return <Stopped problem={problem} />;
  return run === null ? <p class="screen quiet">{text("shell.loading")}</p> : <Playing run={run} stop={setProblem} />;
}

function Playing({ run, stop }: { run: LessonRun; stop(problem: string): void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [shown, setShown] = useState(() => currentQuestion(run.lesson.value));
  const [answer, setAnswer] = useState<Answer>(null);
  const [verdict, setVerdict] = useState<QuestionProps["verdict"]>(null);
  const { lesson } = run;
  const id = shown?.id;
  useEffect(() => {
    if (id !== undefined) heading.current?.focus();
  }, [id]);
  if (shown === null) return null;
  const check = () =>
    run.answer(answer).then(
      (found) => setVerdict(found === null ? "unknown" : found ? "right" : "wrong"),
      (error) => stop(told(error)),
    );
  const next = async () => {
    if (run.isOver) {
      try {
        const key = await run.finish();
        go({ screen: "result", level: run.level.id, key }, { replace: true });
      } catch (error) {
        stop(told(error));
      }
      return;
    }
    setShown(currentQuestion(lesson.value));
    setAnswer(null);
    setVerdict(null);
  };
  const all = lesson.value.questions.length;
  const done = Object.keys(lesson.value.answers).length;
  return (
    <>
      <header class="bar">
        <button
          type="button"
          class="button plain"
          aria-label={text("lesson.leave")}
          onClick={() => go({ screen: "path" })}
        >
          <Icon name="close" />
        </button>
        <progress max={all} value={done} aria-label={text("lesson.question", { n: Math.min(done + 1, all), all })} />
      </header>
      <main class="screen">
        {lesson.value.round === "second" && <p class="quiet">{text("lesson.again")}</p>}
        <h1 id="question" ref={heading} tabIndex={-1}>
          {shown.question}
        </h1>
        <QuestionBody question={shown} answer={answer} choose={setAnswer} verdict={verdict} />
        {verdict === null ? (
          <button type="button" class="button" disabled={answer === null} onClick={check}>
            {text("lesson.check")}
          </button>
        ) : (
          <>
            <p role="status" class="verdict" data-verdict={verdict}>
              {text(verdict === "unknown" ? "lesson.kept" : verdict === "right" ? "lesson.right" : "lesson.wrong")}
            </p>
            <button type="button" class="button" onClick={next}>
              {text("lesson.next")}
            </button>
          </>
        )}
      </main>
    </>
  );
}

function Stopped({ problem }: { problem: string }) {
  return (
    <main class="screen">
      <p role="alert">{problem}</p>
      <button type="button" class="button" onClick={() => go({ screen: "path" })}>
        {text("result.path")}
      </button>
    </main>
  );
}

function told(error: unknown): string {
  if (error instanceof StorageFull) return text("problem.storage_full");
  if (error instanceof LevelMissing) return text("problem.missing");
  return text("problem.unknown", { detail: String(error) });
}
