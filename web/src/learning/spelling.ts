/** How texts are compared: the rules of `docs/content-packs.md`, with the service's own lists of characters. */

export const APOSTROPHES = "'`´ʹʻʼʽʾʿˈ՚׳‘’‛′‵ꞌ＇";
export const QUOTATION_MARKS = '"“”„‟″‶＂';
export const DASHES = "-˗‐‑‒–—―⁃−﹘﹣－";
/** Ranges for a class of characters, as in the vectors. */
export const IGNORABLE =
  "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f" +
  "\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}";
export const PICTURES = "\u2194\u2195\u2600-\u27bf\u2b00-\u2bff\u{1f000}-\u{1faff}";

const CONTROLS = "\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f";
/** England, Scotland and Wales: the flags whose region is written in invisible tags. */
const FLAGS = ["gbeng", "gbsct", "gbwls"]
  .map((region) => [...region].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join(""))
  .join("|");
const SEQUENCE = `(?<=\u{1f3f4})(?:${FLAGS})\u{e007f}|(?<=[${PICTURES}])\ufe0f?\u200d(?=[${PICTURES}])`;
const INVISIBLE = new RegExp(`(${SEQUENCE})|[${IGNORABLE}${CONTROLS}]`, "gu");
/** White space as the service knows it, and the empty pattern in Braille. */
const BLANKS = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+/gu;
const ONE_SHAPE = new Map(
  [
    [APOSTROPHES, "'"],
    [QUOTATION_MARKS, '"'],
    [DASHES, "-"],
  ].flatMap(([signs = "", shape = ""]) => [...signs].map((sign): [string, string] => [sign, shape])),
);

/** The form in which texts are compared: equal for texts that readers cannot tell apart. */
export function canonical(text: string, foldCase = false): string {
  let seen = text.replace(INVISIBLE, (_, sequence?: string) => (sequence ?? "").replace("\ufe0f", ""));
  if (foldCase) seen = [...seen.normalize("NFD")].map(folded).join("");
  const shaped = [...seen.normalize("NFC")].map((sign) => ONE_SHAPE.get(sign) ?? sign).join("");
  return shaped.replace(BLANKS, " ").replace(/^ | $/g, "");
}

/** Unicode's full case folding, which the language lacks: up and down, each sign alone, but for the dotless ı. */
function folded(sign: string): string {
  return sign === "ı" ? sign : sign.toLowerCase().toUpperCase().toLowerCase();
}
