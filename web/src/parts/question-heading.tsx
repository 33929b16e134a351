import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Answer } from "../learning/questions";
import type { Step } from "../lesson-run";
import { languageOf, pick, text } from "../texts";
import { Words } from "./words";

/** Where a blank stands in a question. */
const BLANK = /_{2,}/;

/** The question, which gets the focus when it appears; what is typed shows in its blank. */
export function QuestionHeading({ step, answer }: { step: Step; answer: Answer }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Before anything can be pressed: later, it would take the focus from what was.
  useLayoutEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  const { question, question_en } = step.question;
  const name = text(step.round === "first" ? "lesson.question" : "lesson.again", { n: step.place, all: step.all });
  useEffect(() => {
    document.title = `${name} · Scout OS`;
  }, [name]);
  const typed = step.verdict === null ? answer : step.answer;
  return (
    <>
      <p class="count quiet" aria-hidden="true">
        {name}
      </p>
      <h1 id="question" ref={heading} tabIndex={-1}>
        <span class="for-ears">{name}. </span>
        {pick(question, question_en)
          .split(BLANK)
          .map((part, place) => (
            <Fragment key={String(place)}>
              {place > 0 && <Gap typed={typed} />}
              <Words lang={languageOf(question_en)}>{part}</Words>
            </Fragment>
          ))}
      </h1>
    </>
  );
}

function Gap({ typed }: { typed: Answer }) {
  if (typeof typed === "string" && typed.trim() !== "") return <span class="gap">{typed}</span>;
  return (
    <span class="gap">
      <span class="for-ears">{text("lesson.gap")}</span>
    </span>
  );
}
