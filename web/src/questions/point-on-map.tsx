import { readMedia } from "../learning/media";
import { hasKey } from "../learning/questions";
import { MapPicture } from "../media/map-picture";
import type { QuestionProps } from ".";

export function PointOnMap({ question, answer, choose, verdict, attempt_id }: QuestionProps) {
  const media = readMedia(question.media);
  if (media?.kind !== "map") return null;
  const { correct_answer } = question.payload as { correct_answer?: string };
  const isKeyed = hasKey(question, attempt_id);
  const mark = (id: string) => {
    if (verdict === null || !isKeyed) return undefined;
    if (id === correct_answer) return "right";
    return id === answer ? "wrong" : undefined;
  };
  const chosen = typeof answer === "string" ? answer : null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be the question's heading
    <div role="group" aria-labelledby="question" aria-describedby="hint">
      <MapPicture media={media} choice={{ chosen, isOver: verdict !== null, mark, choose }} />
    </div>
  );
}
