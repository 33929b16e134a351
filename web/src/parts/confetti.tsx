const PIECES = 28;
const COLOURS = ["#f2b632", "#2e6b3a", "#c8372d", "#6b4226", "#79c46f"];

/** For three stars. Without motion there is none. */
export function Confetti() {
  return (
    <div class="confetti" aria-hidden="true">
      {Array.from({ length: PIECES }, (_, place) => (
        <i
          key={String(place)}
          style={{
            left: `${(place * 37) % 100}%`,
            background: COLOURS[place % COLOURS.length],
            animationDelay: `${(place % 7) * 0.12}s`,
            animationDuration: `${2 + (place % 5) * 0.3}s`,
          }}
        />
      ))}
    </div>
  );
}
