import { useState } from "preact/hooks";
import { hasKey, type Payloads, type Question } from "../learning/questions";
import { shuffled } from "../learning/shuffle";
import { heard, Words } from "../parts/words";
import { text } from "../texts";
import type { QuestionProps } from ".";
import { keyOf, Mark } from "./mark";

type Side = "left" | "right";
type Sides = Record<Side, string[]>;
/** What was tapped first, of either side. */
type Held = { side: Side; place: number } | null;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export function Matching({ question, choose, verdict, attempt_id, seed }: QuestionProps) {
  const [sides] = useState(() => sidesOf(question, attempt_id, seed));
  const [pairs, setPairs] = useState<ReadonlyMap<number, number>>(new Map()); // places, left → right
  const [held, setHeld] = useState<Held>(null);
  const [told, setTold] = useState("");
  const isOver = verdict !== null;

  const partner = (side: Side, place: number): number | undefined =>
    side === "left" ? pairs.get(place) : [...pairs].find(([, right]) => right === place)?.[0];
  const pairName = (side: Side, place: number): string | undefined => {
    const left = side === "left" ? place : partner("right", place);
    return left !== undefined && pairs.has(left) ? LETTERS[left] : undefined;
  };
  const change = (next: ReadonlyMap<number, number>, hold: Held) => {
    setPairs(next);
    setHeld(hold);
    const isWhole = next.size === sides.left.length;
    const named = [...next].map(([left, right]) => [sides.left[left], sides.right[right]]);
    choose(isWhole ? Object.fromEntries(named) : null);
  };
  const tap = (side: Side, place: number) => {
    if (isOver) return;
    const left = side === "left" ? place : partner("right", place);
    const others = new Map([...pairs].filter(([other]) => other !== left));
    if (held?.side === side) return change(others, held.place === place ? null : { side, place });
    if (held === null) return change(others, { side, place });
    const [from, to] = side === "right" ? [held.place, place] : [place, held.place];
    change(others.set(from, to), null);
    setTold(heard(sides.left[from] ?? "") + text("question.with", { text: heard(sides.right[to] ?? "") }));
  };
  const mark = (place: number) => {
    const right = sides.right[pairs.get(place) ?? -1];
    const { pairs: key } = question.payload as Partial<Payloads["matching"]>;
    if (!isOver || key === undefined || right === undefined) return undefined;
    return key.some((pair) => pair.left === sides.left[place] && pair.right === right) ? "right" : "wrong";
  };
  /** Number keys choose on the left first, and on the right for what is held. */
  const keyed: Side = held?.side === "left" ? "right" : "left";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be the question's heading
    <div class="matching" role="group" aria-labelledby="question" aria-describedby="hint">
      {(["left", "right"] as const).map((side) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset does not lay out its children in a column
        <div key={side} class={`side side-${side}`} role="group" aria-label={text(`question.${side}`)}>
          {sides[side].map((name, place) => {
            const other = partner(side, place);
            const otherName = other === undefined ? undefined : sides[side === "left" ? "right" : "left"][other];
            const letter = pairName(side, place);
            const itsMark = side === "left" ? mark(place) : other === undefined ? undefined : mark(other);
            return (
              <button
                key={name + String(place)}
                type="button"
                class="match"
                data-pair={letter}
                data-mark={itsMark}
                aria-pressed={held?.side === side && held.place === place}
                aria-disabled={isOver}
                {...(side === keyed ? keyOf(place) : {})}
                onClick={() => tap(side, place)}
              >
                {letter !== undefined && (
                  <span class="badge" aria-hidden="true">
                    {letter}
                  </span>
                )}
                <span class="grow">
                  <Words>{name}</Words>
                </span>
                {otherName !== undefined && (
                  <span class="for-ears">{text("question.with", { text: heard(otherName) })}</span>
                )}
                {side === "left" && <Mark mark={itsMark} />}
              </button>
            );
          })}
        </div>
      ))}
      <p class="for-ears" role="status">
        {told}
      </p>
    </div>
  );
}

function sidesOf(question: Question, attempt_id: string | null, seed: string): Sides {
  if (!hasKey(question, attempt_id) || question.type !== "matching") return question.payload as Sides;
  const { pairs } = question.payload;
  return { left: pairs.map(({ left }) => left), right: shuffled(pairs, seed).map(({ right }) => right) };
}
