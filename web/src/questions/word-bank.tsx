import { useState } from "preact/hooks";
import { hasKey, type Payloads } from "../learning/questions";
import { shuffled } from "../learning/shuffle";
import { heard, Words } from "../parts/words";
import { text } from "../texts";
import type { QuestionProps } from ".";
import { keyOf, Mark } from "./mark";

/** Words are told apart by their place: the same word may be there twice. */
export function WordBank({ question, choose, verdict, attempt_id, seed }: QuestionProps) {
  const payload = question.payload as Pick<Payloads["word_bank"], "words">;
  const [words] = useState(() => (hasKey(question, attempt_id) ? shuffled(payload.words, seed) : payload.words));
  const [chosen, setChosen] = useState<number[]>([]);
  const isOver = verdict !== null;
  const mark = verdict === "right" || verdict === "wrong" ? verdict : undefined;
  const change = (places: number[]) => {
    if (isOver) return;
    setChosen(places);
    choose(places.length === 0 ? null : places.map((place) => words[place] ?? ""));
  };
  const free = words.map((_, place) => place).filter((place) => !chosen.includes(place));
  return (
    <div class="word-bank">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be the question's heading */}
      <div class="sentence" data-mark={mark} role="group" aria-label={text("question.sentence")}>
        {chosen.length === 0 && <span class="quiet">{text("question.sentence_empty")}</span>}
        {chosen.map((place) => (
          <button
            key={place}
            type="button"
            class="chip chosen"
            aria-disabled={isOver}
            aria-label={isOver ? undefined : text("question.take_back", { text: heard(words[place] ?? "") })}
            onClick={() => change(chosen.filter((other) => other !== place))}
          >
            <Words>{words[place] ?? ""}</Words>
          </button>
        ))}
        <Mark mark={mark} />
      </div>
      <p class="for-ears" role="status">
        {!isOver && chosen.length > 0 && (
          <>
            {text("question.sentence")}: <span lang="id">{heard(chosen.map((place) => words[place]).join(" "))}</span>
          </>
        )}
      </p>
      {!isOver && (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <div class="chips" role="group" aria-labelledby="question" aria-describedby="hint">
          {free.map((place, number) => (
            <button
              key={place}
              type="button"
              class="chip"
              {...keyOf(number)}
              onClick={() => change([...chosen, place])}
            >
              <Words>{words[place] ?? ""}</Words>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
