/** A level's questions as the service sends them, and their answers as it takes them (`docs/api.md`, Grading). */

import type { components } from "../openapi";

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
};

/** Whether the app can show this kind; others are left out, and the service grades them as wrong. */
export function isKnown(question: Question): boolean {
  return Object.hasOwn(KEYS, question.type);
}

/**
 * Whether the device can grade the question. `attempt_id` is that of an attempt which the service handed out: its
 * questions have no keys, though an ordering's shuffled items look like one.
 */
export function hasKey(question: Question, attempt_id: string | null): question is KeyedQuestion {
  return attempt_id === null && isKnown(question) && KEYS[question.type as Kind] in question.payload;
}
