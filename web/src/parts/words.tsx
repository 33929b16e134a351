import { Fragment } from "preact";
import { morseParts } from "../learning/signals";
import { type Language, language } from "../preferences";
import { text } from "../texts";

/** A text of the content, in its own language. Morse in it is told sign by sign: screen readers leave out dots and dashes. */
export function Words({ lang = "id", children }: { lang?: Language; children: string }) {
  return (
    <span lang={lang}>
      {morseParts(children).map(({ words, signs }) =>
        signs === null ? (
          words
        ) : (
          <span key={words} role="img" lang={language.value} aria-label={spoken(signs)}>
            {words.split(" ").map((letter, place) => (
              <Fragment key={String(place)}>
                {place > 0 && " "}
                <span class="morse-signs">{letter}</span>
              </Fragment>
            ))}
          </span>
        ),
      )}
    </span>
  );
}

/** The same for names that are only heard. */
export function heard(content: string): string {
  return morseParts(content)
    .map(({ words, signs }) => (signs === null ? words : spoken(signs)))
    .join("");
}

/** Signs in words, for ears. */
export function spoken(signs: string): string {
  return [...signs]
    .map((sign) => (sign === "." ? text("media.dot") : sign === "-" ? text("media.dash") : sign === " " ? "," : ";"))
    .join(" ");
}
