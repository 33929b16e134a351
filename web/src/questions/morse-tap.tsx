import { useEffect, useRef, useState } from "preact/hooks";
import { audio, tone, vibrate } from "../feedback/sounds";
import { PITCH, SHAPES } from "../media/morse-player";
import { IconButton } from "../parts/icon-button";
import { spoken } from "../parts/words";
import { sounds } from "../preferences";
import { text } from "../texts";
import type { QuestionProps } from ".";
import { keyOf, Mark } from "./mark";

/** What is held longer is a dash, in milliseconds: generous, for hands that never held a key. */
const DASH_MS = 280;
/** Longer than any press, in seconds. */
const LONGEST_TONE = 10;
/** Milliseconds within which a click belongs to the press before it. */
const CLICK_MS = 500;

/** A key to tap and hold; the same signs by buttons, for who cannot hold. */
export function MorseTap({ choose, verdict }: QuestionProps) {
  const [signs, setSigns] = useState("");
  const isOver = verdict !== null;
  const mark = verdict === "right" || verdict === "wrong" ? verdict : undefined;
  const put = (next: string) => {
    if (isOver) return;
    setSigns(next);
    choose(tidy(next) || null);
  };
  const pause = (sign: " " | " / ") => put(tidy(signs) + sign);
  const key = useKey((sign) => put(signs + sign));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be the question's heading
    <div class="morse-tap" role="group" aria-labelledby="question" aria-describedby="hint">
      <p class="tape" data-mark={mark}>
        {signs === "" && <span class="quiet">{text("question.tape_empty")}</span>}
        <span class="signs" aria-hidden="true">
          {[...signs].map((sign) => SHAPES[sign] ?? sign).join("")}
        </span>
        <span class="for-ears" aria-live="polite">
          {spoken(signs)}
        </span>
        <Mark mark={mark} />
      </p>
      {!isOver && (
        <>
          <button type="button" class="morse-key" data-held={key.isHeld} {...key.handlers}>
            {text("question.key")}
          </button>
          <div class="controls">
            <button type="button" class="button soft" {...keyOf(0)} onClick={() => put(`${signs}.`)}>
              <span aria-hidden="true">•</span> {text("question.dot")}
            </button>
            <button type="button" class="button soft" {...keyOf(1)} onClick={() => put(`${signs}-`)}>
              <span aria-hidden="true">━</span> {text("question.dash")}
            </button>
            <button type="button" class="button soft" {...keyOf(2)} onClick={() => pause(" ")}>
              {text("question.letter_gap")}
            </button>
            <button type="button" class="button soft" {...keyOf(3)} onClick={() => pause(" / ")}>
              {text("question.word_gap")}
            </button>
            <IconButton
              name={text("question.erase")}
              icon="erase"
              press={() => put(signs.replace(/( \/ | |.)$/, ""))}
            />
          </div>
        </>
      )}
    </div>
  );
}

/** Without pauses at its ends. */
function tidy(signs: string): string {
  return signs.replace(/^[ /]+|[ /]+$/g, "");
}

/** A straight key: sounds and lights up while it is held, by finger, mouse or the space bar. A mere click is a dot. */
function useKey(told: (sign: "." | "-") => void) {
  const [isHeld, setHeld] = useState(false);
  const since = useRef<number | null>(null);
  const releasedAt = useRef(Number.NEGATIVE_INFINITY);
  const oscillator = useRef<OscillatorNode | null>(null);
  const silence = () => {
    oscillator.current?.stop();
    oscillator.current = null;
  };
  useEffect(() => silence, []);
  const press = (at: number) => {
    if (since.current !== null) return;
    since.current = at;
    setHeld(true);
    vibrate([15]);
    const output = sounds.value === "on" ? audio() : null;
    if (output !== null) oscillator.current = tone(output, PITCH, output.currentTime, LONGEST_TONE);
  };
  const release = (at: number) => {
    if (since.current === null) return;
    const held = at - since.current;
    since.current = null;
    releasedAt.current = at;
    setHeld(false);
    silence();
    told(held < DASH_MS ? "." : "-");
  };
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      press(event.timeStamp);
    },
    onPointerUp: (event: PointerEvent) => release(event.timeStamp),
    onPointerCancel: (event: PointerEvent) => release(event.timeStamp),
    // Screen readers press without a pointer, and Enter without holding: a dot. There are buttons for all signs.
    onClick: (event: MouseEvent) => event.timeStamp - releasedAt.current > CLICK_MS && told("."),
    onContextMenu: (event: Event) => event.preventDefault(), // a long press is a dash
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== " ") return;
      event.preventDefault();
      if (!event.repeat) press(event.timeStamp);
    },
    onKeyUp: (event: KeyboardEvent) => {
      if (event.key !== " ") return;
      event.preventDefault();
      release(event.timeStamp);
    },
  };
  return { isHeld, handlers };
}
