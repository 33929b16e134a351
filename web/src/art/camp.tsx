import { TunasPaths } from "./tunas-paths";

/** A camp on a hill: the mascot, a tent and a fire. Its colours are the theme's. */
export function Camp() {
  return (
    <svg class="camp" viewBox="0 0 320 200" aria-hidden="true" focusable="false">
      <circle class="sun" cx="248" cy="58" r="30" />
      <path class="far" d="M0 150 Q60 84 128 132 T250 118 T320 140 V200 H0Z" />
      <path class="near" d="M0 172 Q90 132 176 160 T320 158 V200 H0Z" />
      <g class="tent">
        <path class="cloth" d="M36 166 L80 96 L124 166Z" />
        <path class="door" d="M66 166 L80 122 L94 166Z" />
        <path class="pole" d="M80 96 V82" />
        <path class="flag-top" d="M80 82 h22 v7 h-22Z" />
        <path class="flag-low" d="M80 89 h22 v7 h-22Z" />
      </g>
      <g transform="translate(134 38)">
        <TunasPaths mood="cheering" />
      </g>
      <g class="fire">
        <path class="log" d="M248 176 L286 164 M250 164 L284 177" />
        <path class="flame" d="M267 122 C272 136 286 142 282 156 C280 166 256 168 253 156 C250 146 260 142 267 122Z" />
        <path
          class="flame hot"
          d="M268 142 C272 149 277 152 274 159 C272 164 262 164 261 158 C260 152 266 150 268 142Z"
        />
      </g>
    </svg>
  );
}
