import { useState } from "preact/hooks";
import { type Place, type Pose, REST } from "../learning/signals";
import { SemaphoreFigure } from "../media/semaphore-figure";
import { armsInWords, placeName } from "../media/semaphore-words";
import { IconButton } from "../parts/icon-button";
import { text } from "../texts";
import type { QuestionProps } from ".";
import { keyOf, Mark } from "./mark";

const PLACES = [0, 1, 2, 3, 4, 5, 6, 7] as const;
/** Of the buttons around the figure, in parts of its size. */
const RADIUS = 42;

/** Tap where an arm goes; then it is the other one's turn. Arms can be turned by buttons as well. */
export function SemaphorePose({ choose, verdict }: QuestionProps) {
  const [pose, setPose] = useState<Pose>(REST);
  const [arm, setArm] = useState<0 | 1>(0);
  const isOver = verdict !== null;
  const mark = verdict === "right" || verdict === "wrong" ? verdict : undefined;
  const turn = (place: Place) => {
    if (isOver) return;
    const next: Pose = arm === 0 ? [place, pose[1]] : [pose[0], place];
    setPose(next);
    choose([...next]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be the question's heading
    <div class="pose" role="group" aria-labelledby="question" aria-describedby="hint" data-mark={mark}>
      <div class="ring">
        <SemaphoreFigure pose={pose} {...(isOver ? {} : { active: arm })} />
        {PLACES.map((place) => (
          <button
            key={place}
            type="button"
            class="dot"
            style={around(place)}
            aria-label={[placeName(place), ...armsAt(pose, place)].join(", ")}
            data-chosen={pose[arm] === place}
            aria-disabled={isOver}
            {...keyOf(place)}
            onClick={() => {
              turn(place);
              if (!isOver) setArm(arm === 0 ? 1 : 0);
            }}
          />
        ))}
        <Mark mark={mark} />
      </div>
      <p class="for-ears" role="status">
        {armsInWords(pose)}.{!isOver && ` ${text("question.turn_of", { n: arm + 1 })}`}
      </p>
      {!isOver && (
        <div class="controls">
          {([0, 1] as const).map((each) => (
            <button
              key={each}
              type="button"
              class="button toggle"
              aria-pressed={arm === each}
              onClick={() => setArm(each)}
            >
              {text("question.arm", { n: each + 1 })}
            </button>
          ))}
          <IconButton
            look="soft"
            name={text("question.turn_back")}
            icon="turn_back"
            press={() => turn(nextTo(pose[arm], -1))}
          />
          <IconButton look="soft" name={text("question.turn")} icon="turn" press={() => turn(nextTo(pose[arm], 1))} />
        </div>
      )}
    </div>
  );
}

/** The arms that point there, by name. */
function armsAt(pose: Pose, place: Place): string[] {
  return pose.flatMap((at, arm) => (at === place ? [text("question.arm", { n: arm + 1 })] : []));
}

function around(place: number): Record<string, string> {
  const angle = (place * Math.PI) / 4;
  return { left: `${50 - RADIUS * Math.sin(angle)}%`, top: `${50 + RADIUS * Math.cos(angle)}%` };
}

function nextTo(place: Place, by: -1 | 1): Place {
  return ((place + by + PLACES.length) % PLACES.length) as Place;
}
