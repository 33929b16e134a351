import { useApp } from "../app";
import type { Step } from "../lesson-run";
import { sounds } from "../preferences";
import { text } from "../texts";
import { Icon } from "./icon";
import { IconButton } from "./icon-button";

/** How far the lesson is, and the way out: nothing is lost by it. */
export function LessonBar({ step, leave }: { step: Step; leave(): void }) {
  const { place, all, round, verdict } = step;
  const name = text(round === "first" ? "lesson.question" : "lesson.again", { n: place, all });
  const areOn = sounds.value === "on";
  return (
    <header class="bar lesson-bar">
      <button type="button" class="button plain" title={text("lesson.leave_why")} onClick={leave}>
        <Icon name="close" />
        {text("lesson.leave")}
      </button>
      <progress class="progress" max={all} value={verdict === null ? place - 1 : place} aria-label={name} />
      {!useApp().isReachable.value && <Icon name="cloud" />}
      <IconButton
        name={text(areOn ? "lesson.sounds_off" : "lesson.sounds_on")}
        icon={areOn ? "sound" : "mute"}
        press={() => {
          sounds.value = areOn ? "off" : "on";
        }}
      />
    </header>
  );
}
