import type { Pose } from "../learning/signals";

const SHOULDER = 92;
const MIDDLE = 110;

/** A scout who signals, seen by the reader. Decoration: what the arms say stands beside it. */
export function SemaphoreFigure({ pose, active }: { pose: Pose; active?: 0 | 1 }) {
  return (
    <svg class="semaphore-figure" viewBox="0 0 220 230" aria-hidden="true">
      <path class="trousers" d="M92 150L86 214H104L110 168L116 214H134L128 150Z" />
      <path class="shirt" d="M86 84Q110 76 134 84L130 156H90Z" />
      <path class="scarf" d="M98 80L110 102L122 80L116 76H104Z" />
      <circle class="skin" cx={MIDDLE} cy="56" r="20" />
      <path class="hat" d="M82 46Q110 32 138 46Q110 54 82 46ZM94 40Q98 22 110 22Q122 22 126 40Q110 34 94 40Z" />
      <path class="face" d="M102 57v3M118 57v3M104 67Q110 71 116 67" />
      {pose.map((place, arm) => (
        <Arm
          key={arm === 0 ? "one" : "other"}
          place={place}
          x={arm === 0 ? MIDDLE - 20 : MIDDLE + 20}
          isActive={arm === active}
        />
      ))}
    </svg>
  );
}

/** It is drawn hanging, and turned clockwise. */
function Arm({ place, x, isActive }: { place: number; x: number; isActive: boolean }) {
  return (
    <g
      class={isActive ? "arm active" : "arm"}
      style={{ transform: `rotate(${place * 45}deg)`, transformOrigin: `${x}px ${SHOULDER}px` }}
    >
      <path class="sleeve" d={`M${x} ${SHOULDER}v52`} />
      <path class="stick" d={`M${x} ${SHOULDER + 44}v44`} />
      <path class="flag-a" d={`M${x} ${SHOULDER + 54}h30v30Z`} />
      <path class="flag-b" d={`M${x} ${SHOULDER + 54}v30h30Z`} />
    </g>
  );
}
