/** How long to wait before trying again, in seconds. */

const FIRST = 0.5;
const MOST = 30;
/** A service that asks for more patience than this is asked again all the same. */
const MOST_ASKED = 60;

/** After `tries` failed ones (at least 1): doubling, with jitter, never below what was asked. */
export function pause(tries: number, asked: number | null = null, random: () => number = Math.random): number {
  const doubled = Math.min(MOST, FIRST * 2 ** (tries - 1));
  return Math.max(doubled * (0.7 + 0.3 * random()), Math.min(asked ?? 0, MOST_ASKED));
}
