import "../styles/media.css";
import type { Media } from "../learning/media";
import { DrawingView } from "./drawing-view";
import { MapPicture } from "./map-picture";
import { MorsePlayer, SHAPES, spoken } from "./morse-player";
import { SemaphoreFigure } from "./semaphore-figure";
import { armsInWords, SemaphorePlayer } from "./semaphore-player";
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
      <span class="signs" role="img" aria-label={spoken(media.signs)}>
        {[...media.signs].map((sign) => SHAPES[sign] ?? sign).join("")}
      </span>
    );
  }
  if (media.kind === "semaphore") {
    const pose = media.poses[0] ?? ([0, 0] as const);
    return (
      <span role="img" aria-label={armsInWords(pose)}>
        <SemaphoreFigure pose={pose} />
      </span>
    );
  }
  return <DrawingView url={media.url} alt={media.alt} alt_en={media.alt_en} />;
}
