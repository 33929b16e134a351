import { readMedia } from "../learning/media";
import { MapPicture } from "../media/map-picture";
import type { QuestionProps } from ".";
import { markOf } from "./mark";

export function PointOnMap(props: QuestionProps) {
  const { question, answer, choose, verdict } = props;
  const media = readMedia(question.media);
  if (media?.kind !== "map") return null;
  const mark = (id: string) => markOf(id, props);
  const chosen = typeof answer === "string" ? answer : null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be the question's heading
    <div role="group" aria-labelledby="question" aria-describedby="hint">
      <MapPicture media={media} choice={{ chosen, isOver: verdict !== null, mark, choose }} />
    </div>
  );
}
