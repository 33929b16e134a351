import type { Semaphore } from "../learning/media";
import { Icon } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import { languageOf, pick, text } from "../texts";
import { SemaphoreFigure } from "./semaphore-figure";
import { armsInWords } from "./semaphore-words";
import { useSteps } from "./use-steps";

/** How long a letter is held, in milliseconds. */
const LETTER_MS = 1600;

/** A figure that signals a word, letter by letter. */
export function SemaphorePlayer({ media }: { media: Semaphore }) {
  const { poses } = media;
  const last = poses.length - 1;
  const { shown, isPlaying, go, play } = useSteps({ first: 0, last, begin: 0, pause: LETTER_MS });
  const pose = poses[shown];
  if (pose === undefined) return null;
  return (
    <figure class="semaphore">
      <div role="img" aria-label={pick(media.alt, media.alt_en)} lang={languageOf(media.alt_en)}>
        <SemaphoreFigure pose={pose} />
      </div>
      {/* Read out at each step of the learner's own; while it plays, letters come faster than words. */}
      <p class="for-ears" aria-live={isPlaying ? "off" : "polite"}>
        {last > 0 && `${text("media.letter", { n: shown + 1, all: poses.length })}: `}
        {armsInWords(pose)}
      </p>
      {last > 0 && (
        <figcaption class="controls">
          <button type="button" class="button" onClick={play}>
            <Icon name={isPlaying ? "stop" : "play"} filled />
            {text(isPlaying ? "media.stop" : "media.play")}
          </button>
          <IconButton name={text("media.back")} icon="before" isOff={shown === 0} press={() => go(shown - 1)} />
          <span class="count" aria-hidden="true">
            {text("media.letter", { n: shown + 1, all: poses.length })}
          </span>
          <IconButton name={text("media.forward")} icon="after" isOff={shown === last} press={() => go(shown + 1)} />
        </figcaption>
      )}
    </figure>
  );
}
