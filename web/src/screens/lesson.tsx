import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { play, type Sound, vibrate } from "../feedback/sounds";
import { readMedia } from "../learning/media";
import type { Answer } from "../learning/questions";
import { LessonRun, LevelMissing, NothingToShow, type Step, type Verdict } from "../lesson-run";
import { MediaView } from "../media/later";
import { AnswerBar } from "../parts/answer-bar";
import { LessonBar } from "../parts/lesson-bar";
import { QuestionHeading } from "../parts/question-heading";
import { Screen } from "../parts/screen";
import { hintOf, QuestionBody } from "../questions";
import { go, leave } from "../routes";
import { StorageFull } from "../store/transact";
import { text } from "../texts";
import { useLessonKeys } from "./lesson-keys";

const DOUBLE_TAP_MS = 250;

/** A lesson: one question at a time, each with its verdict, then a second round of what was wrong. */
export function LessonScreen({ levelId }: { levelId: string }) {
  const app = useApp();
  const [run, setRun] = useState<LessonRun | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    LessonRun.open(app, levelId).then(setRun, (error) => setProblem(told(error)));
  }, [app, levelId]);
  if (problem !== null) return <Stopped problem={problem} />;
  return run === null ? <p class="screen quiet">{text("shell.loading")}</p> : <Playing run={run} />;
}

function Playing({ run }: { run: LessonRun }) {
  const { learner } = useApp();
  const account = learner.account.value;
  const step = run.step.value;
  const [failure, setFailure] = useState<unknown>(null);
  const isOver = step === null;
  const finish = () => {
    setFailure(null);
    run.finish().then((key) => {
      if (run.isOthers.value) return;
      const { level, section } = run;
      const to = key === null ? { screen: "path" as const, section: section.id } : null;
      go(to ?? { screen: "result", level: level.id, key: key ?? "" }, { replace: true });
    }, setFailure);
  };
  useEffect(() => void run.look(), [run, account]);
  useEffect(() => {
    if (isOver) finish();
  }, [isOver]);
  if (run.isOthers.value) return <Stopped problem={text("lesson.others")} />;
  if (step !== null) return <Question key={`${step.round} ${step.question.id}`} run={run} step={step} />;
  if (failure === null) return <p class="screen quiet">{text("shell.loading")}</p>;
  return <Stopped problem={told(failure)} retry={finish} />;
}

function Question({ run, step }: { run: LessonRun; step: Step }) {
  const { question, verdict } = step;
  const lesson = run.lesson.value;
  const [answer, setAnswer] = useState<Answer>(null);
  const body = useRef<HTMLDivElement>(null);
  const give = (given: Answer) => {
    run.answer(given);
    react(run.step.value?.verdict ?? null);
  };
  const isReady = useReady(verdict !== null);
  const goOn = () => {
    if (verdict === null) return answer !== null && give(answer);
    if (isReady && run.unkept.value === null) run.next();
  };
  useLessonKeys(body, goOn);
  const hint = hintOf(question);
  const media = question.type === "point_on_map" ? null : readMedia(question.media);
  return (
    <div class="lesson" data-round={step.round}>
      <LessonBar step={step} leave={() => leave({ screen: "path", section: run.section.id })} />
      <main class="screen">
        <div ref={body} class="question">
          {step.round === "second" && <p class="again">{text("lesson.again_begins")}</p>}
          <QuestionHeading step={step} answer={answer} />
          {media !== null && <MediaView media={media} />}
          {hint !== undefined && (
            <p id="hint" class="hint quiet">
              {text(hint)}
            </p>
          )}
          <QuestionBody
            question={question}
            answer={verdict === null ? answer : step.answer}
            choose={setAnswer}
            verdict={verdict}
            attempt_id={lesson.attempt_id}
            seed={`${lesson.seed} ${question.id} ${step.round}`}
          />
        </div>
        <AnswerBar
          run={run}
          step={step}
          canCheck={answer !== null}
          canGoOn={isReady}
          check={goOn}
          skip={() => give(null)}
          next={goOn}
        />
      </main>
    </div>
  );
}

/** False for a moment after `isTold`: the second tap of a double tap must not skip the verdict. */
function useReady(isTold: boolean): boolean {
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    if (!isTold) return;
    const timer = setTimeout(() => setReady(true), DOUBLE_TAP_MS);
    return () => clearTimeout(timer);
  }, [isTold]);
  return isReady;
}

/** Sound and vibration. */
function react(verdict: Verdict | null): void {
  if (verdict === null) return;
  const sound: Sound = verdict === "unknown" ? "kept" : verdict;
  play(sound);
  vibrate(verdict === "wrong" ? [40, 60, 40] : [25]);
}

function Stopped({ problem, retry }: { problem: string; retry?: () => void }) {
  return (
    <Screen title={text("waiting.lesson")}>
      <p role="alert">{problem}</p>
      {retry !== undefined && (
        <button type="button" class="button" onClick={retry}>
          {text("lesson.retry")}
        </button>
      )}
      <button type="button" class="button plain" onClick={() => leave({ screen: "path" })}>
        {text("result.path")}
      </button>
    </Screen>
  );
}

function told(error: unknown): string {
  if (error instanceof StorageFull) return text("problem.storage_full");
  if (error instanceof LevelMissing) return text("problem.missing");
  if (error instanceof NothingToShow) return text("lesson.nothing");
  return text("problem.unknown", { detail: String(error) });
}
