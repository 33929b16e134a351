/** Right or wrong on the device; the service grades again by the same rules (`tests/vectors/grading.json`). */

import type { Answer, Answers, KeyedQuestion, Kind, Payloads } from "./questions";
import { morseSigns, type Pose, semaphorePoses } from "./signals";
import { canonical } from "./spelling";

/** Letters of the shortest word in which a typo can be allowed. */
export const LONG_WORD = 6;

/** The answer's type does not fit the question's: a mistake of the app, which the service would refuse. */
export class WrongShape extends Error {}

type Graded = Pick<KeyedQuestion, "type" | "payload">;

export function grade(question: Graded, answer: Answer): boolean {
  if (answer === null) return false;
  const { fits, isRight } = GRADERS[question.type] as Grader<Kind>;
  if (!fits(answer)) throw new WrongShape(`not an answer to ${question.type}`);
  return isRight(question.payload, answer);
}

/** Texts that are typed are compared without a full stop at the end; without letters and digits it may be Morse code. */
export function typedForm(text: string, foldCase: boolean): string {
  const form = canonical(text, foldCase);
  return form.endsWith(".") && /[\p{L}\p{N}]/u.test(form) ? form.slice(0, -1).trimEnd() : form;
}

interface Grader<K extends Kind> {
  fits: (answer: Answer) => boolean;
  isRight: (payload: Payloads[K], answer: Answers[K]) => boolean;
}

const PLACES: readonly unknown[] = [0, 1, 2, 3, 4, 5, 6, 7];
const isText = (answer: unknown): boolean => typeof answer === "string";
const isTexts = (answer: unknown): boolean => Array.isArray(answer) && answer.every(isText);
const isPairs = (answer: unknown): boolean =>
  typeof answer === "object" && !Array.isArray(answer) && Object.values(answer ?? {}).every(isText);

const GRADERS: { [K in Kind]: Grader<K> } = {
  multiple_choice: {
    fits: isText,
    isRight: (payload, answer) => canonical(answer) === canonical(payload.correct_answer),
  },
  fill_blank: { fits: isText, isRight: isBlankFilled },
  word_bank: { fits: isTexts, isRight: (payload, answer) => areSame(answer, payload.correct_order, true) },
  matching: {
    fits: isPairs,
    isRight: (payload, answer) =>
      areSame(
        pairForms(Object.entries(answer)),
        pairForms(payload.pairs.map(({ left, right }): [string, string] => [left, right])),
      ),
  },
  true_false: {
    fits: (answer) => typeof answer === "boolean",
    isRight: (payload, answer) => answer === payload.correct_answer,
  },
  ordering: { fits: isTexts, isRight: (payload, answer) => areSame(answer, payload.items) },
  morse_tap: {
    fits: isText,
    isRight: (payload, answer) => canonical(answer) === morseSigns(payload.correct_answer),
  },
  semaphore_pose: {
    fits: isPose,
    isRight: (payload, answer) => isSamePose(answer, semaphorePoses(payload.correct_answer)),
  },
  order_pictures: {
    fits: isTexts,
    isRight: (payload, answer) =>
      areSame(
        answer,
        payload.items.map(({ id }) => id),
      ),
  },
  point_on_map: {
    fits: isText,
    isRight: (payload, answer) => canonical(answer) === canonical(payload.correct_answer),
  },
};

function isPose(answer: unknown): boolean {
  return Array.isArray(answer) && answer.length === 2 && answer.every((place) => PLACES.includes(place));
}

function isSamePose(given: number[], right: readonly Pose[]): boolean {
  const sorted = [...given].sort();
  return right.length === 1 && right.every(([lower, upper]) => lower === sorted[0] && upper === sorted[1]);
}

function isBlankFilled(payload: Payloads["fill_blank"], answer: string): boolean {
  const form = (text: string) => typedForm(text, !payload.case_sensitive);
  const given = form(answer);
  const right = [payload.correct_answer, ...(payload.accepted ?? [])].map(form);
  return right.includes(given) || (payload.allow_typo === true && right.some((text) => isSlip(given, text)));
}

function areSame(given: string[], right: string[], foldCase = false): boolean {
  return (
    given.length === right.length &&
    given.every((text, place) => canonical(text, foldCase) === canonical(right[place] ?? "", foldCase))
  );
}

/** In one order, so that pairs can be compared whichever came first. */
function pairForms(pairs: [string, string][]): string[] {
  return pairs.map(([left, right]) => JSON.stringify([canonical(left), canonical(right)])).sort();
}

/** `given` is `right` but for one letter of one long word: missing, added, replaced, or two neighbours swapped. */
function isSlip(given: string, right: string): boolean {
  const [ours, theirs] = [parts(given), parts(right)];
  const wrong = ours.flatMap((part, place): [string, string][] =>
    part === theirs[place] ? [] : [[part, theirs[place] ?? ""]],
  );
  const [pair] = wrong;
  if (pair === undefined || wrong.length !== 1 || ours.length !== theirs.length) return false;
  const [one, other] = pair.map((part) => [...part]) as [string[], string[]];
  return pair.every((part) => /^\p{L}+$/u.test(part)) && other.length >= LONG_WORD && isOneLetterOff(one, other);
}

/** Whether the Damerau-Levenshtein distance of two different words is 1. */
function isOneLetterOff(one: string[], other: string[]): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  let head = 0;
  while (head < shorter.length && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < shorter.length - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++;
  const [left, right] = [one.slice(head, one.length - tail), other.slice(head, other.length - tail)];
  if (longer.length - head - tail === 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/** Words and what is between them, in order; a word is a run of letters. */
function parts(text: string): string[] {
  return text.match(/\p{L}+|\P{L}+/gu) ?? [];
}
