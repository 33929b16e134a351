/** When a Morse lamp is on: a dash is three dots long, and pauses are one, three (letters) and seven (words) long. */

export interface Flash {
  /** From the beginning, in dots. */
  at: number;
  length: number;
  /** Of the sign in the text of signs. */
  place: number;
}

export function rhythm(signs: string): { flashes: Flash[]; length: number } {
  const flashes: Flash[] = [];
  let now = 0;
  for (const [place, sign] of [...signs].entries()) {
    if (sign === "." || sign === "-") {
      const length = sign === "." ? 1 : 3;
      flashes.push({ at: now, length, place });
      now += length + 1; // the pause after a sign
    } else if (sign === " ") now += 2;
    else if (sign === "/") now += 2; // with the blanks beside it: seven
  }
  const last = flashes[flashes.length - 1];
  return { flashes, length: last === undefined ? 0 : last.at + last.length };
}
