import { useState } from "preact/hooks";
import type { PlacesMap } from "../learning/media";
import type { MapPlace } from "../learning/questions";
import { keyOf, Mark, type MarkName } from "../questions/mark";
import { languageOf, pick } from "../texts";
import { DrawingView } from "./drawing-view";

interface MapProps {
  media: PlacesMap;
  /** With it, the places are buttons. */
  choice?: {
    chosen: string | null;
    isOver: boolean;
    mark(id: string): MarkName | undefined;
    choose(id: string): void;
  };
}

/**
 * A map and the places on it; where the drawing is missing, the places stand below each other. Until that is known there
 * are none, as they would move away from a finger.
 */
export function MapPicture({ media, choice }: MapProps) {
  const [viewBox, setViewBox] = useState<readonly number[] | null>(null);
  const isPlaced = viewBox?.length === 4;
  return (
    <div class="map" data-placed={isPlaced}>
      <DrawingView url={media.url} alt={media.alt} alt_en={media.alt_en} sized={setViewBox} />
      {choice !== undefined &&
        viewBox !== null &&
        media.places.map((place, number) => (
          <button
            key={place.id}
            type="button"
            class="place"
            style={spot(place, viewBox)}
            aria-pressed={choice.chosen === place.id}
            aria-disabled={choice.isOver}
            data-mark={choice.mark(place.id)}
            {...keyOf(number)}
            onClick={() => !choice.isOver && choice.choose(place.id)}
          >
            <span class="spot" aria-hidden="true">
              {number + 1}
            </span>
            {/* On the map the number stands for it. */}
            <span class={isPlaced ? "for-ears" : undefined} lang={languageOf(place.label_en)}>
              {pick(place.label, place.label_en)}
            </span>
            <Mark mark={choice.mark(place.id)} />
          </button>
        ))}
    </div>
  );
}

/** Where a place is, in parts of the picture, and how large: at least what a finger hits. */
function spot({ x, y, radius }: MapPlace, viewBox: readonly number[]): Record<string, string> {
  const [left = 0, top = 0, width = 0, height = 0] = viewBox;
  if (width <= 0 || height <= 0) return {};
  return {
    left: `${(100 * (x - left)) / width}%`,
    top: `${(100 * (y - top)) / height}%`,
    width: `max(var(--tap), ${(200 * radius) / width}%)`,
  };
}
