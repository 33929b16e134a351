/** What a learner chose for this device. Kept in `localStorage`, because it must be known before the first paint. */

import { effect, type Signal, signal } from "@preact/signals";

export type Language = "id" | "en";
export type Theme = "system" | "light" | "dark";

const PREFIX = "scout-os.";

export const language = kept<Language>("language", navigator.language.startsWith("en") ? "en" : "id", ["id", "en"]);
export const theme = kept<Theme>("theme", "system", ["system", "light", "dark"]);
/** Off at first: a class of thirty phones must be quiet. */
export const sounds = kept<"on" | "off">("sounds", "off", ["on", "off"]);
export const vibration = kept<"on" | "off">("vibration", "on", ["on", "off"]);
/** Download only what is opened. */
export const dataSaver = kept<"on" | "off">("data-saver", savesData() ? "on" : "off", ["on", "off"]);
/** Whether anybody has begun to learn on this device: before, the first screen is the way into a lesson. */
export const hasBegun = kept<"yes" | "no">("has-begun", "no", ["yes", "no"]);

/** Keep the page's language and colours as chosen, those of the system's bars too. */
export function applyPreferences(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isSystemDark = signal(system.matches);
  system.addEventListener("change", () => {
    isSystemDark.value = system.matches;
  });
  effect(() => {
    document.documentElement.lang = language.value;
  });
  effect(() => {
    const shown = theme.value !== "system" ? theme.value : isSystemDark.value ? "dark" : "light";
    document.documentElement.dataset.theme = shown;
    for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
      meta.media = meta.dataset.scheme === shown ? "all" : "not all";
    }
  });
}

function kept<T extends string>(name: string, usual: T, choices: readonly T[]): Signal<T> {
  const before = read(PREFIX + name);
  const value = signal<T>(choices.find((choice) => choice === before) ?? usual);
  let isFirst = true;
  effect(() => {
    const text = value.value;
    if (!isFirst) write(PREFIX + name, text);
    isFirst = false;
  });
  return value;
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage is switched off
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The choice lasts as long as the window.
  }
}

/** Whether the browser was told to save data. */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}
