/** A streak as a campfire: it grows for a week. Decoration; the number stands beside it. */
export function Campfire({ days }: { days: number }) {
  const size = 0.7 + 0.3 * Math.min(1, days / 7);
  return (
    <svg class="campfire" viewBox="0 0 64 64" aria-hidden="true">
      {days > 0 && (
        <g style={{ transform: `scale(${size})`, transformOrigin: "32px 52px" }}>
          <path
            class="flame"
            fill="#e8702a"
            d="M32 4C36 18 50 24 50 38C50 48 42 54 32 54C22 54 14 48 14 38C14 30 19 26 21 19C24 22 25 25 25 29C30 24 32 14 32 4Z"
          />
          <path
            class="flame late"
            fill="#f2b632"
            d="M33 20C35 29 43 32 43 41C43 48 38 53 32 53C26 53 21 48 21 42C21 37 24 35 25 31C28 33 28 36 29 38C32 33 33 27 33 20Z"
          />
          <path
            class="flame"
            fill="#fce8b8"
            d="M32 36C34 40 37 42 37 46C37 50 35 52 32 52C29 52 27 50 27 47C27 43 31 41 32 36Z"
          />
        </g>
      )}
      <path fill="none" stroke="#6b4226" stroke-width="6" stroke-linecap="round" d="M12 50L52 60M52 50L12 60" />
    </svg>
  );
}
