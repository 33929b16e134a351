/** The texts of the chosen language. English comes in a file of its own, to those who chose it. */

import indonesian from "texts:id";
import { effect, signal } from "@preact/signals";
import { type Language, language } from "../preferences";
import type { TABLE } from "./tables";

export type TextKey = keyof typeof TABLE;
type Texts = Readonly<Record<TextKey, string>>;

/** Null: not chosen, or not here yet. Until then, texts are Indonesian. */
const english = signal<Texts | null>(null);

/** Have the chosen language's texts before anything is shown, and those of a language that is chosen later. */
export async function followLanguage(): Promise<void> {
  let arrives: Promise<void> | null = null;
  effect(() => {
    if (language.value === "en") arrives = loadEnglish().catch(() => {}); // such as no network
  });
  await arrives;
}

async function loadEnglish(): Promise<void> {
  if (english.peek() === null) english.value = (await import("texts:en")).default;
}

/** Whether there is a text under `key`. */
export function hasText(key: string): key is TextKey {
  return Object.keys(indonesian).includes(key);
}

/** The text under `key` in the chosen language, with its gaps (`{n}`) filled. */
export function text(key: TextKey, values: Record<string, string | number> = {}): string {
  const texts = (language.value === "en" && english.value) || indonesian;
  return texts[key].replace(/\{(\w+)\}/g, (gap, name) =>
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
