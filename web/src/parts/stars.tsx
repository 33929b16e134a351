import { text } from "../texts";

/** A star, 48 × 48. */
export const STAR = "M24 3l6.4 13.6 14.9 1.9-10.9 10.2 2.8 14.8L24 36.2l-13.2 7.3 2.8-14.8L2.7 18.5l14.9-1.9Z";

/** Up to three stars; they come one after the other. */
export function Stars({ count }: { count: number }) {
  return (
    <p class="stars" data-count={count}>
      {[1, 2, 3].map((each) => (
        <svg key={each} class={each <= count ? "star won" : "star"} viewBox="0 0 48 48" aria-hidden="true">
          <path d={STAR} />
        </svg>
      ))}
      <span class="for-ears">{text("result.stars", { n: count })}</span>
    </p>
  );
}
