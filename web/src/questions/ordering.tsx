import { useState } from "preact/hooks";
import { hasKey, type Payloads } from "../learning/questions";
import { disordered } from "../learning/shuffle";
import type { QuestionProps } from ".";
import { Sorter } from "./sorter";

export function Ordering({ question, choose, verdict, attempt_id, seed }: QuestionProps) {
  const { items } = question.payload as Payloads["ordering"];
  const isKeyed = hasKey(question, attempt_id);
  const [shown] = useState(() => (isKeyed ? disordered(items, seed) : items));
  return (
    <Sorter
      names={shown}
      verdict={verdict}
      isRight={(item, place) => (isKeyed ? items[place] === shown[item] : null)}
      change={(places) => choose(places?.map((place) => shown[place] ?? "") ?? null)}
    />
  );
}
