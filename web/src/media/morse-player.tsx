import { useEffect, useRef, useState } from "preact/hooks";
import { audio, tone, vibrate } from "../feedback/sounds";
import type { Morse } from "../learning/media";
import { rhythm } from "../learning/rhythm";
import { Icon } from "../parts/icon";
import { spoken } from "../parts/words";
import { sounds } from "../preferences";
import { languageOf, pick, text } from "../texts";

/** A dot in milliseconds: at most two and a half flashes a second, which harms nobody. */
const DOT_MS = 200;
const SLOW_DOT_MS = 340;
export const PITCH = 640;

/** Morse as a lamp, as vibration and, if sounds are on, as a tone; the signs can be looked at. */
export function MorsePlayer({ media }: { media: Morse }) {
  const [lit, setLit] = useState<number | null>(null); // the place of the sign
  const [isPlaying, setPlaying] = useState(false);
  const [areShown, setShown] = useState(false);
  const [isSlow, setSlow] = useState(false);
  const stop = useRef(() => {});
  useEffect(() => () => stop.current(), []);
  const toggle = () => {
    stop.current();
    if (isPlaying) return;
    setPlaying(true);
    stop.current = send(media.signs, isSlow ? SLOW_DOT_MS : DOT_MS, setLit, () => setPlaying(false));
  };
  const isLoud = sounds.value === "on";
  return (
    <figure class="morse">
      <div
        class="lamp"
        role="img"
        aria-label={pick(media.alt, media.alt_en)}
        lang={languageOf(media.alt_en)}
        data-lit={lit !== null}
      />
      <figcaption>
        <p class="signs" role="status">
          {areShown && (
            <>
              <span class="for-ears">{spoken(media.signs)}</span>
              {[...media.signs].map((sign, place) => (
                <span key={String(place)} class={place === lit ? "now" : undefined} aria-hidden="true">
                  {SHAPES[sign] ?? sign}
                </span>
              ))}
            </>
          )}
        </p>
        <div class="controls">
          <button type="button" class="button" onClick={toggle}>
            <Icon name={isPlaying ? "stop" : "play"} filled />
            {text(isPlaying ? "media.stop" : "media.play")}
          </button>
          <Toggle name="media.slow" isOn={isSlow} press={() => setSlow(!isSlow)} />
          <Toggle name="media.signs" isOn={areShown} press={() => setShown(!areShown)} />
          <Toggle
            name="media.sound"
            isOn={isLoud}
            press={() => {
              sounds.value = isLoud ? "off" : "on";
            }}
          />
        </div>
      </figcaption>
    </figure>
  );
}

export const SHAPES: Record<string, string> = { ".": "•", "-": "━", " ": "\u2002", "/": "/" };

function Toggle({
  name,
  isOn,
  press,
}: {
  name: "media.slow" | "media.signs" | "media.sound";
  isOn: boolean;
  press(): void;
}) {
  return (
    <button type="button" class="button toggle" aria-pressed={isOn} onClick={press}>
      {text(name)}
    </button>
  );
}

/** Returns what stops it. */
function send(signs: string, dot: number, light: (place: number | null) => void, ended: () => void): () => void {
  const { flashes, length } = rhythm(signs);
  const timers: ReturnType<typeof setTimeout>[] = [];
  const output = sounds.value === "on" ? audio() : null;
  const tones = flashes.flatMap((flash) =>
    output === null
      ? []
      : [tone(output, PITCH, output.currentTime + (flash.at * dot) / 1000, (flash.length * dot) / 1000)],
  );
  const finish = () => {
    for (const timer of timers) clearTimeout(timer);
    for (const each of tones) each.stop();
    light(null);
    ended();
  };
  for (const { at, length: dots, place } of flashes) {
    timers.push(
      setTimeout(() => {
        light(place);
        vibrate([dots * dot]);
      }, at * dot),
      setTimeout(() => light(null), (at + dots) * dot),
    );
  }
  timers.push(setTimeout(finish, length * dot + dot));
  return finish;
}
