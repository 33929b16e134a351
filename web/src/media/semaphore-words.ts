import type { Pose } from "../learning/signals";
import { type TextKey, text } from "../texts";

const PLACES: readonly TextKey[] = [
  "media.place.0",
  "media.place.1",
  "media.place.2",
  "media.place.3",
  "media.place.4",
  "media.place.5",
  "media.place.6",
  "media.place.7",
];

export function placeName(place: number): string {
  return text(PLACES[place] ?? "media.place.0");
}

export function armsInWords([one, other]: Pose): string {
  return text("media.arms", { one: placeName(one), other: placeName(other) });
}
