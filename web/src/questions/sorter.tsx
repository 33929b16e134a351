import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Verdict } from "../lesson-run";
import { Icon } from "../parts/icon";
import { heard, Words } from "../parts/words";
import { text } from "../texts";
import { keyOf, Mark } from "./mark";

interface SorterProps {
  /** What is put in order, by name. */
  names: readonly string[];
  /** What stands for each; its name if not given. */
  picture?: (place: number) => ComponentChildren;
  verdict: Verdict | null;
  /** Whether what is at `item` in `names` belongs at `place`; null: the device cannot tell. */
  isRight(item: number, place: number): boolean | null;
  /** Told the places in `names` in the chosen order, once all are placed; null: not yet. */
  change(places: number[] | null): void;
}

/** Tap what comes next; what is placed can be moved by arrows, or taken back by a tap. */
export function Sorter({ names, picture, verdict, isRight, change }: SorterProps) {
  const [placed, setPlaced] = useState<number[]>([]);
  const [moved, setMoved] = useState<{ place: number; by: -1 | 1 } | null>(null);
  const [told, setTold] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const isOver = verdict !== null;
  const show = picture ?? ((place: number) => <Words>{names[place] ?? ""}</Words>);
  const put = (places: number[]) => {
    if (isOver) return;
    setPlaced(places);
    change(places.length === names.length ? places : null);
  };
  const nth = (item: number, place: number) => `${place + 1}. ${heard(names[item] ?? "")}`;
  const move = (from: number, by: -1 | 1) => {
    const next = [...placed];
    const [item] = next.splice(from, 1);
    if (item === undefined || from + by < 0 || from + by > next.length) return;
    next.splice(from + by, 0, item);
    put(next);
    setMoved({ place: from + by, by });
    setTold(nth(item, from + by));
  };
  // What moves in the page loses the focus, and the same key is often pressed again. Later, it would take the focus from
  // whatever was pressed next.
  useLayoutEffect(() => {
    if (moved === null) return;
    list.current?.children[moved.place]?.querySelector<HTMLElement>(`[data-move="${moved.by}"]`)?.focus();
  }, [moved]);
  const mark = (item: number, place: number) => {
    const right = isOver ? isRight(item, place) : null;
    return right === null ? undefined : right ? "right" : "wrong";
  };
  const free = names.map((_, place) => place).filter((place) => !placed.includes(place));
  return (
    <div class="sorter">
      <ol ref={list} aria-label={text("question.order")}>
        {placed.map((item, place) => (
          <li key={item} class="placed" data-mark={mark(item, place)}>
            <span class="badge" aria-hidden="true">
              {place + 1}
            </span>
            <button
              type="button"
              class="grow"
              aria-label={isOver ? nth(item, place) : text("question.take_back", { text: nth(item, place) })}
              aria-disabled={isOver}
              onClick={() => {
                put(placed.filter((other) => other !== item));
                setTold("");
              }}
            >
              {show(item)}
            </button>
            <Mark mark={mark(item, place)} />
            {!isOver &&
              ([-1, 1] as const).map((by) => (
                <button
                  key={by}
                  type="button"
                  class="arrow"
                  data-move={by}
                  aria-label={text(by < 0 ? "question.up" : "question.down", { text: heard(names[item] ?? "") })}
                  aria-disabled={by < 0 ? place === 0 : place === placed.length - 1}
                  onClick={() => move(place, by)}
                >
                  <Icon name={by < 0 ? "up" : "down"} />
                </button>
              ))}
          </li>
        ))}
        {!isOver && free.length > 0 && <Slot place={placed.length} />}
      </ol>
      {free.length > 0 && !isOver && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be the question's heading
        <div
          class={`chips tall${picture ? " pictures" : ""}`}
          role="group"
          aria-labelledby="question"
          aria-describedby="hint"
        >
          {free.map((item, number) => (
            <button
              key={item}
              type="button"
              class="chip"
              {...keyOf(number)}
              onClick={() => {
                put([...placed, item]);
                setTold(nth(item, placed.length));
              }}
            >
              {show(item)}
            </button>
          ))}
        </div>
      )}
      <p class="for-ears" role="status">
        {!isOver && told}
      </p>
    </div>
  );
}

/** The next place. */
function Slot({ place }: { place: number }) {
  return (
    <li class="slot" aria-hidden="true">
      <span class="badge">{place + 1}</span>
    </li>
  );
}
