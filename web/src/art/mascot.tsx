import { type Mood, SIZE, tunas } from "./tunas";

/** Decoration: what it tells stands beside it in words. */
export function Mascot({ mood }: { mood: Mood }) {
  return (
    <svg class="mascot" data-mood={mood} viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} aria-hidden="true">
      {tunas(mood).map((shape) => (
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
      ))}
    </svg>
  );
}
