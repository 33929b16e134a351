import { useEffect, useState } from "preact/hooks";
import type { Drawing } from "../learning/media";
import { Icon } from "../parts/icon";
import { text } from "../texts";
import { DrawingView } from "./drawing-view";

/** How long a step is looked at, in milliseconds. */
const STEP_MS = 1400;

/** A drawing that comes about step by step: played, stepped, or pulled along. It begins finished. */
export function Stepper({ media }: { media: Drawing }) {
  const { steps, url, alt, alt_en } = media;
  const [step, setStep] = useState(steps);
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(() => (step < steps ? setStep(step + 1) : setPlaying(false)), STEP_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, step, steps]);
  const go = (to: number) => {
    setPlaying(false);
    setStep(Math.min(steps, Math.max(1, to)));
  };
  const play = () => {
    if (!isPlaying && step === steps) setStep(1);
    setPlaying(!isPlaying);
  };
  const name = text("media.step", { n: step, all: steps });
  return (
    <figure class="stepper">
      <DrawingView url={url} alt={alt} alt_en={alt_en} step={step} />
      <figcaption class="controls">
        <button
          type="button"
          class="button soft round"
          aria-label={text(isPlaying ? "media.pause" : "media.play")}
          onClick={play}
        >
          <Icon name={isPlaying ? "stop" : "play"} filled />
        </button>
        <button
          type="button"
          class="button plain round"
          aria-label={text("media.back")}
          aria-disabled={step === 1}
          onClick={() => go(step - 1)}
        >
          <Icon name="before" />
        </button>
        <input
          type="range"
          min={1}
          max={steps}
          value={step}
          aria-label={text("media.steps")}
          aria-valuetext={name}
          onInput={({ currentTarget }) => go(Number(currentTarget.value))}
        />
        <button
          type="button"
          class="button plain round"
          aria-label={text("media.forward")}
          aria-disabled={step === steps}
          onClick={() => go(step + 1)}
        >
          <Icon name="after" />
        </button>
        <span class="count" aria-hidden="true">
          {step}/{steps}
        </span>
      </figcaption>
    </figure>
  );
}
