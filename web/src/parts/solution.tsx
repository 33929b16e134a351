import { hasKey, type Kind, type Question } from "../learning/questions";
import { semaphorePoses } from "../learning/signals";
import { solution } from "../learning/solutions";
import { SemaphoreFigure } from "../media/semaphore-figure";
import { armsInWords } from "../media/semaphore-words";
import { language } from "../preferences";
import { pick, text } from "../texts";
import { Words } from "./words";

/** Kinds whose answers have English names. */
const TRANSLATED: ReadonlySet<string> = new Set<Kind>(["order_pictures", "point_on_map"]);

/** What would have been right; nothing where the device cannot tell. */
export function Solution({ question, attempt_id }: { question: Question; attempt_id: string | null }) {
  const lang = TRANSLATED.has(question.type) ? language.value : "id";
  const lines = solution(question, attempt_id, pick);
  const isPose = hasKey(question, attempt_id) && question.type === "semaphore_pose";
  const [pose] = isPose ? semaphorePoses(question.payload.correct_answer) : [];
  if (lines.length === 0 && pose === undefined) return null;
  return (
    <p class="right">
      {text("lesson.solution")}
      {lines.map((line) => (
        <strong key={line} class="solution">
          <Words lang={lang}>{line}</Words>
        </strong>
      ))}
      {pose !== undefined && (
        <strong class="solution">
          {armsInWords(pose)}
          <SemaphoreFigure pose={pose} />
        </strong>
      )}
    </p>
  );
}
