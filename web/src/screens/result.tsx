import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { type App, useApp } from "../app";
import { Campfire } from "../art/campfire";
import { Mascot } from "../art/mascot";
import { play, vibrate } from "../feedback/sounds";
import type { Level } from "../learning/levels";
import { journey, outcome } from "../learning/outcome";
import { isKnown } from "../learning/questions";
import { Confetti } from "../parts/confetti";
import { Journey } from "../parts/journey";
import { PayLine } from "../parts/pay-line";
import { Review } from "../parts/review";
import { ShareButton } from "../parts/share-button";
import { Stars } from "../parts/stars";
import type { Language } from "../preferences";
import { href, leave, type Route } from "../routes";
import { languageOf, pick, type TextKey, text } from "../texts";
import { lessonOf, nextLevel, reviewed, wasPassedBefore } from "./result-facts";

const PRAISE: readonly TextKey[] = ["result.one", "result.two", "result.three"];

/** What a lesson brought: at once as far as the device knows, and the service's word when it comes. */
export function ResultScreen({ levelId, requestKey }: { levelId: string; requestKey: string }) {
  const app = useApp();
  const level = app.content.findLevel(levelId)?.level;
  return (
    <main class="screen result">
      {level === undefined ? (
        <>
          <h1>{text("result.title")}</h1>
          <p>{text("problem.missing")}</p>
          <PathLink app={app} levelId={levelId} />
        </>
      ) : (
        <Result app={app} level={level} requestKey={requestKey} />
      )}
    </main>
  );
}

function Result({ app, level, requestKey }: { app: App; level: Level; requestKey: string }) {
  const { learner } = app;
  const { item, answer, lesson, correct } = lessonOf(app, level.id, requestKey);
  const { stars, isPassed, pay } = outcome({
    level,
    correct,
    answer,
    wasPassed: wasPassedBefore(app, level, requestKey),
  });
  const state = journey({
    isGuest: learner.isGuest.value,
    hasAnswer: answer !== null || item === null,
    isRefused: item?.state === "shelved",
    isLocked: item?.is_locked === true,
    needsSignIn: learner.needsSignIn.value,
    isReachable: app.isReachable.value,
  });
  const isRefused = state === "refused";
  const nearly = (correct ?? 0) >= level.min_correct - 1 ? "result.nearly" : "result.not_yet";
  const headline = text(stars === null ? "result.unknown" : (PRAISE[stars - 1] ?? nearly));
  const leftOut = lesson?.questions.filter((question) => !isKnown(question)).length ?? 0;
  const days = learner.streak.value;
  const title = pick(level.title, level.title_en);
  return (
    <>
      <Opening
        headline={headline}
        level={title}
        lang={languageOf(level.title_en)}
        isPassed={isPassed}
        isPerfect={stars === 3}
      />
      <div class="celebration">
        {stars === 3 && <Confetti />}
        {stars !== null && <Stars count={stars} />}
        <Mascot mood={stars === 3 ? "cheering" : isPassed === false ? "comforting" : "glad"} />
      </div>
      <div class="outcome" aria-live="polite">
        {correct !== null && (
          <p class="brought">{text("result.correct", { n: correct, all: level.total_questions })}</p>
        )}
        {pay !== null && !isRefused && <PayLine pay={pay} />}
        {days > 0 && !isRefused && (
          <p class="brought">
            <Campfire days={days} />
            {text(days === 1 ? "result.streak_one" : "result.streak", { n: days })}
          </p>
        )}
      </div>
      {isPassed === false && <p class="quiet centred">{text("result.needs", { n: level.min_correct })}</p>}
      <Journey state={state} item={item} />
      {leftOut > 0 && <p class="card">{text("result.left_out", { n: leftOut })}</p>}
      {lesson !== null && <Review list={reviewed(lesson, answer)} attempt_id={lesson.attempt_id} />}
      <Onward app={app} level={level} isPassed={isPassed !== false && !isRefused}>
        {isPassed === true && !isRefused && (
          <ShareButton
            shown={{ headline, level: title, stars: stars ?? 0, lines: shareLines(correct, level, days) }}
            words={text("result.share_text", { level: title })}
          />
        )}
      </Onward>
    </>
  );
}

function shareLines(correct: number | null, level: Level, days: number): string[] {
  const right = correct === null ? [] : [text("result.correct", { n: correct, all: level.total_questions })];
  return days > 1 ? [...right, text("result.streak", { n: days })] : right;
}

/** The headline, with the focus and, if it was passed, a fanfare. */
function Opening(shown: {
  headline: string;
  level: string;
  lang: Language;
  isPassed: boolean | null;
  isPerfect: boolean;
}) {
  const { headline, level, lang, isPassed, isPerfect } = shown;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${headline} · Scout OS`;
  }, [headline]);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    if (isPassed !== true) return;
    play("finished");
    vibrate(isPerfect ? [30, 50, 30, 50, 80] : [60]);
  }, [isPassed]);
  return (
    <header class="opening">
      <p class="quiet" lang={lang}>
        {level}
      </p>
      <h1 ref={heading} tabIndex={-1}>
        {headline}
      </h1>
    </header>
  );
}

interface OnwardProps {
  app: App;
  level: Level;
  isPassed: boolean;
  children: ComponentChildren;
}

function Onward({ app, level, isPassed, children }: OnwardProps) {
  const next = isPassed ? nextLevel(app, level) : null;
  return (
    <div class="onward">
      {next !== null && (
        <Leave to={{ screen: "lesson", level: next.id }} look="big">
          {text("result.next")}
        </Leave>
      )}
      {!isPassed && (
        <Leave to={{ screen: "lesson", level: level.id }} look="big">
          {text("result.repeat")}
        </Leave>
      )}
      <div class="buttons">
        {children}
        <PathLink app={app} levelId={level.id} />
      </div>
    </div>
  );
}

function PathLink({ app, levelId }: { app: App; levelId: string }) {
  const section = app.content.findLevel(levelId)?.section.id;
  return (
    <Leave to={section === undefined ? { screen: "path" } : { screen: "path", section }} look="plain">
      {text("result.path")}
    </Leave>
  );
}

function Leave({ to, look, children }: { to: Route; look: "big" | "plain"; children: ComponentChildren }) {
  const press = (event: Event) => {
    event.preventDefault();
    leave(to);
  };
  return (
    <a class={`button ${look}`} href={href(to)} onClick={press}>
      {children}
    </a>
  );
}
