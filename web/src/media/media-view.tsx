import "../styles/media.css";
import type { Media } from "../learning/questions";
import { REST } from "../learning/signals";
import { languageOf, pick } from "../texts";
import { DrawingView } from "./drawing-view";
import { MapPicture } from "./map-picture";
import { MorsePlayer, SHAPES } from "./morse-player";
import { SemaphoreFigure } from "./semaphore-figure";
import { SemaphorePlayer } from "./semaphore-player";
import { Stepper } from "./stepper";

/** What a question shows beside its text. */
export function MediaView({ media }: { media: Media }) {
  switch (media.kind) {
    case "svg":
      return media.steps > 1 ? <Stepper media={media} /> : <DrawingView {...media} />;
    case "morse":
      return <MorsePlayer media={media} />;
    case "semaphore":
      return <SemaphorePlayer media={media} />;
    case "map":
      return <MapPicture media={media} />;
  }
}

/** The same, small and without controls: one of several pictures. */
export function MediaThumb({ media }: { media: Media }) {
  if (media.kind === "morse") {
    return (
      <span class="signs" role="img" aria-label={pick(media.alt, media.alt_en)} lang={languageOf(media.alt_en)}>
        {[...media.signs].map((sign) => SHAPES[sign] ?? sign).join("")}
      </span>
    );
  }
  if (media.kind === "semaphore") {
    const pose = media.poses[0] ?? REST;
    return (
      <span role="img" aria-label={pick(media.alt, media.alt_en)} lang={languageOf(media.alt_en)}>
        <SemaphoreFigure pose={pose} />
      </span>
    );
  }
  return <DrawingView url={media.url} alt={media.alt} alt_en={media.alt_en} />;
}
