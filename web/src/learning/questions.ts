/** A level's questions as the service sends them, and their answers as it takes them (`docs/api.md`, Grading). */

import type { components } from "../openapi";
import type { Pose } from "./signals";

type Schemas = components["schemas"];

/** What a question is apart from its kind; what only downloaded content has may be missing. */
type Common = Omit<Schemas["QuestionOut"], "type" | "payload" | "is_active" | "created_at"> &
  Partial<Omit<Schemas["ContentQuestion"], keyof Schemas["QuestionOut"]>>;

/** Payloads with their keys: what the service sends under client grading. */
export interface Payloads {
  multiple_choice: { options: string[]; correct_answer: string };
  fill_blank: { correct_answer: string; case_sensitive?: boolean; accepted?: string[]; allow_typo?: boolean };
  word_bank: { words: string[]; correct_order: string[] };
  matching: { pairs: { left: string; right: string }[] };
  true_false: { correct_answer: boolean };
  ordering: { items: string[] };
  morse_tap: { correct_answer: string };
  semaphore_pose: { correct_answer: string };
  order_pictures: { items: { id: string; media: Media }[] };
  point_on_map: { correct_answer: string };
}

/** What is shown beside a question. Signals to be read say their `text` only where the device has the keys. */
export type Media = { alt: string; alt_en: string | null } & (
  | { kind: "svg"; url: string; steps: number }
  | { kind: "morse"; text: string | null; signs: string }
  | { kind: "semaphore"; text: string | null; poses: Pose[] }
  | { kind: "map"; url: string; places: MapPlace[] }
);

/** In units of the drawing's `viewBox`. */
export interface MapPlace {
  id: string;
  x: number;
  y: number;
  radius: number;
  label: string;
  label_en: string | null;
}

export type Kind = keyof Payloads;

/** What a learner answers to each kind. */
export interface Answers {
  multiple_choice: string;
  fill_blank: string;
  word_bank: string[];
  matching: Record<string, string>;
  true_false: boolean;
  ordering: string[];
  /** The signs, as in "... --- ..."; words are parted by " / ". */
  morse_tap: string;
  /** The places of both arms, in any order. */
  semaphore_pose: number[];
  order_pictures: string[];
  point_on_map: string;
}

/** `null`: left out, which is wrong. */
export type Answer = Answers[Kind] | null;

/** A question whose key the device has, so that it can be graded here. */
export type KeyedQuestion = { [K in Kind]: Common & { type: K; payload: Payloads[K] } }[Kind];

/** Any question: without its key (server grading), or of a kind that this version does not know. */
export type Question = Common & { type: string; payload: object };

const KEYS: Record<Kind, string> = {
  multiple_choice: "correct_answer",
  fill_blank: "correct_answer",
  word_bank: "correct_order",
  matching: "pairs",
  true_false: "correct_answer",
  ordering: "items",
  morse_tap: "correct_answer",
  semaphore_pose: "correct_answer",
  order_pictures: "items",
  point_on_map: "correct_answer",
};

/** Kinds that `questions/` can show: all that the device can grade. */
export const SHOWN_KINDS = Object.keys(KEYS) as readonly Kind[];

/** Whether the app can show this kind; others are left out, and the service grades them as wrong. */
export function isKnown(question: Question): boolean {
  return (SHOWN_KINDS as readonly string[]).includes(question.type);
}

/**
 * Whether the device can grade the question. `attempt_id` is that of an attempt which the service handed out: its
 * questions have no keys, though an ordering's shuffled items look like one.
 */
export function hasKey(question: Question, attempt_id: string | null): question is KeyedQuestion {
  const key = Object.keys(KEYS).includes(question.type) ? KEYS[question.type as Kind] : null;
  return attempt_id === null && key !== null && key in question.payload;
}
