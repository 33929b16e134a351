import { type Mood, tunas } from "./tunas";

/** The mascot's shapes, for a page. */
export function TunasPaths({ mood }: { mood: Mood }) {
  return tunas(mood).map((shape) => (
    <path
      key={shape.d}
      class={shape.part}
      d={shape.d}
      fill={shape.fill ?? "none"}
      stroke={shape.stroke}
      stroke-width={shape.width}
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  ));
}
