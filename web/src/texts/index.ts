/** Everything that a learner reads, in Indonesian and English, in tables: one file a part of the app. */

import { type Language, language } from "../preferences";
import * as about from "./about";
import * as account from "./account";
import * as board from "./board";
import * as install from "./install";
import * as lesson from "./lesson";
import * as me from "./me";
import * as media from "./media";
import * as path from "./path";
import * as problems from "./problems";
import * as questions from "./questions";
import * as refusals from "./refusals";
import * as result from "./result";
import * as settings from "./settings";
import * as shell from "./shell";
import * as waiting from "./waiting";

const TABLE = {
  ...shell.TABLE,
  ...path.TABLE,
  ...lesson.TABLE,
  ...board.TABLE,
  ...questions.TABLE,
  ...media.TABLE,
  ...result.TABLE,
  ...problems.TABLE,
  ...install.TABLE,
  ...refusals.TABLE,
  ...account.TABLE,
  ...me.TABLE,
  ...settings.TABLE,
  ...waiting.TABLE,
  ...about.TABLE,
};

export type TextKey = keyof typeof TABLE;

/** Whether there is a text under `key`. */
export function hasText(key: string): key is TextKey {
  return Object.keys(TABLE).includes(key);
}

/** The text under `key` in the chosen language, with its gaps (`{n}`) filled. */
export function text(key: TextKey, values: Record<string, string | number> = {}): string {
  const [indonesian, english] = TABLE[key];
  return (language.value === "en" ? english : indonesian).replace(/\{(\w+)\}/g, (gap, name) =>
    Object.keys(values).includes(name) ? String(values[name]) : gap,
  );
}

/** A text of the content, which has an English one or not. */
export function pick(indonesian: string, english: string | null | undefined): string {
  return (language.value === "en" && english) || indonesian;
}

/** Of a text that `pick` chose: the language it is in, for screen readers. */
export function languageOf(english: string | null | undefined): Language {
  return language.value === "en" && english ? "en" : "id";
}

/** With the language's own thousands sign. */
export function number(value: number): string {
  return new Intl.NumberFormat(language.value).format(value);
}

const UNITS: [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago, in whole minutes at least: "2 jam yang lalu". `at` and `now` are in milliseconds. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(60, (now - at) / 1000);
  const [unit, size] = UNITS.find((each) => seconds >= each[1]) ?? ["minute", 60];
  return new Intl.RelativeTimeFormat(language.value).format(-Math.floor(seconds / size), unit);
}

/** Bytes as people read them. */
export function bytes(count: number): string {
  const [unit, part] = count < 1_000_000 ? (["KB", 1000] as const) : (["MB", 1_000_000] as const);
  const digits = part === 1000 || count >= 10_000_000 ? 0 : 1;
  return `${new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(count / part)} ${unit}`;
}
