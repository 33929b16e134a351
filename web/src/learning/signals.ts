/** Morse and semaphore: how a text is sent. The service's tables are in `tests/vectors/grading.json`. */

const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const SIGNS =
  ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. " +
  "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.";
/** The letters as one arm after the other goes round. */
const IN_TURN = "ABCDEFGHIKLMNOPQRSTUYJVWXZ";
const ARMS = "01 02 03 04 05 06 07 12 13 14 15 16 17 23 24 25 26 27 34 35 36 46 47 56 57 67";

/**
 * Where an arm points: an eighth of a turn, clockwise as the reader sees it, who stands opposite. 0 hangs down, 2 points
 * to the reader's left.
 */
export type Place = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
export type Pose = readonly [Place, Place];

/** The signs of each letter and digit. */
export const MORSE: ReadonlyMap<string, string> = new Map(
  SIGNS.split(" ").map((signs, place) => [LETTERS_AND_DIGITS[place] ?? "", signs]),
);

/** The places of both arms for each letter, the lower number first. */
export const SEMAPHORE: ReadonlyMap<string, Pose> = new Map(
  ARMS.split(" ").map((arms, place) => [IN_TURN[place] ?? "", [...arms].map(Number) as unknown as Pose]),
);

export const REST: Pose = [0, 0];

/** A blank between letters, " / " between words. */
export function morseSigns(text: string): string {
  const words = text.toUpperCase().split(" ");
  return words.map((word) => [...word].map((sign) => MORSE.get(sign) ?? "").join(" ")).join(" / ");
}

/** A pose for each letter; both arms hang down between words. */
export function semaphorePoses(text: string): Pose[] {
  return [...text.toUpperCase()].map((sign) => SEMAPHORE.get(sign) ?? REST);
}

/** What stands alone, between quotes, or beside such a sign. */
const PARTS = /([^"“”→=;:]+)/;
const SIGNS_ALONE = /^[ ./-]*[.-][ ./-]*$/;

/** A text in parts; those of dots and dashes alone are Morse, with `signs` as `morseSigns` writes them. */
export function morseParts(text: string): { words: string; signs: string | null }[] {
  return text
    .split(PARTS)
    .filter((words) => words !== "")
    .map((words) => ({ words, signs: SIGNS_ALONE.test(words) && !/^ .* $/.test(words) ? inSigns(words) : null }));
}

/** The content writes "/" between letters and "//" between words, if it writes any. */
function inSigns(words: string): string {
  const between = (sign: string) => (sign.includes("//") ? " / " : " ");
  return words.trim().replace(/ *\/+ */g, between);
}
