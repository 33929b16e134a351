import type { Drawing } from "../learning/media";
import { Icon } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import { text } from "../texts";
import { DrawingView } from "./drawing-view";
import { useSteps } from "./use-steps";

/** How long a step is looked at, in milliseconds. */
const STEP_MS = 1400;

/** A drawing that comes about step by step: played, stepped, or pulled along. It begins finished. */
export function Stepper({ media }: { media: Drawing }) {
  const { steps, url, alt, alt_en } = media;
  const { shown, isPlaying, go, play } = useSteps({ first: 1, last: steps, begin: steps, pause: STEP_MS });
  const name = text("media.step", { n: shown, all: steps });
  return (
    <figure class="stepper">
      <DrawingView url={url} alt={alt} alt_en={alt_en} step={shown} />
      <figcaption class="controls">
        <button
          type="button"
          class="button soft round"
          aria-label={text(isPlaying ? "media.pause" : "media.play")}
          onClick={play}
        >
          <Icon name={isPlaying ? "stop" : "play"} filled />
        </button>
        <IconButton name={text("media.back")} icon="before" isOff={shown === 1} press={() => go(shown - 1)} />
        <input
          type="range"
          min={1}
          max={steps}
          value={shown}
          aria-label={text("media.steps")}
          aria-valuetext={name}
          onInput={({ currentTarget }) => go(Number(currentTarget.value))}
        />
        <IconButton name={text("media.forward")} icon="after" isOff={shown === steps} press={() => go(shown + 1)} />
        <span class="count" aria-hidden="true">
          {shown}/{steps}
        </span>
      </figcaption>
    </figure>
  );
}
