import { useEffect, useState } from "preact/hooks";
import type { Semaphore } from "../learning/media";
import { Icon } from "../parts/icon";
import { languageOf, pick, text } from "../texts";
import { SemaphoreFigure } from "./semaphore-figure";
import { armsInWords } from "./semaphore-words";

/** How long a letter is held, in milliseconds. */
const LETTER_MS = 1600;

/** A figure that signals a word, letter by letter. */
export function SemaphorePlayer({ media }: { media: Semaphore }) {
  const { poses } = media;
  const [shown, setShown] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const last = poses.length - 1;
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(() => (shown < last ? setShown(shown + 1) : setPlaying(false)), LETTER_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, shown, last]);
  const pose = poses[shown];
  if (pose === undefined) return null;
  const go = (to: number) => {
    setPlaying(false);
    setShown(Math.min(last, Math.max(0, to)));
  };
  const play = () => {
    if (!isPlaying && shown === last) setShown(0);
    setPlaying(!isPlaying);
  };
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
          <button
            type="button"
            class="button plain round"
            aria-label={text("media.back")}
            aria-disabled={shown === 0}
            onClick={() => go(shown - 1)}
          >
            <Icon name="before" />
          </button>
          <span class="count" aria-hidden="true">
            {text("media.letter", { n: shown + 1, all: poses.length })}
          </span>
          <button
            type="button"
            class="button plain round"
            aria-label={text("media.forward")}
            aria-disabled={shown === last}
            onClick={() => go(shown + 1)}
          >
            <Icon name="after" />
          </button>
        </figcaption>
      )}
    </figure>
  );
}
