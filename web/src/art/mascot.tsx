import { type Mood, SIZE } from "./tunas";
import { TunasPaths } from "./tunas-paths";

/** Decoration: what it tells stands beside it in words. */
export function Mascot({ mood }: { mood: Mood }) {
  return (
    <svg class="mascot" data-mood={mood} viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} aria-hidden="true">
      <TunasPaths mood={mood} />
    </svg>
  );
}
