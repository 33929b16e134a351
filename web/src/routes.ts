/** Where the learner is, kept in the address after `#`, so that any static host under any prefix can serve the app. */

import { type ReadonlySignal, signal } from "@preact/signals";

import { readGoogleAnswer } from "./account/google";

export type Route =
  | { screen: "start" }
  | { screen: "path"; section?: string }
  | { screen: "lesson"; level: string }
  | { screen: "result"; level: string; key: string }
  | { screen: "board" }
  | { screen: "profile" }
  | { screen: "edit-profile" }
  | { screen: "settings" }
  | { screen: "account" }
  | { screen: "sign-in" }
  | { screen: "sign-up" }
  | { screen: "forgot" }
  | { screen: "google" }
  | { screen: "erased" }
  | { screen: "waiting" }
  | { screen: "about" };

/** In the order of the fields, after the screen's name. */
const FIELDS: Record<Route["screen"], readonly string[]> = {
  start: [],
  path: ["section"],
  lesson: ["level"],
  result: ["level", "key"],
  board: [],
  profile: [],
  "edit-profile": [],
  settings: [],
  account: [],
  "sign-in": [],
  "sign-up": [],
  forgot: [],
  google: [],
  erased: [],
  waiting: [],
  about: [],
};

const present = signal<Route>(parse(location.hash));
export const route: ReadonlySignal<Route> = present;

/** From a call of `history.back` until it is done. */
let isGoingBack = false;

// A screen goes to its own place; the browser would move it once more after that.
history.scrollRestoration = "manual";
addEventListener("hashchange", arrive);
addEventListener("popstate", arrive);

/** A screen begins at its top. */
function arrive(): void {
  isGoingBack = false;
  const to = parse(location.hash);
  if (href(to) === href(present.value)) return;
  if (history.state === null) history.replaceState({ from: href(present.value) }, ""); // a link led here
  scrollTo(0, 0);
  present.value = to;
}

/** The link to a screen. */
export function href(to: Route): string {
  const fields = to as unknown as Record<string, string | undefined>;
  const parts = FIELDS[to.screen].map((field) => fields[field]).filter((part) => part !== undefined);
  return `#/${[to.screen, ...parts.map(encodeURIComponent)].join("/")}`;
}

/** Go to a screen; with `replace`, the one before cannot be gone back to. */
export function go(to: Route, { replace = false } = {}): void {
  if (replace) history.replaceState(history.state, "", href(to));
  else history.pushState({ from: href(present.value) }, "", href(to));
  present.value = to;
  scrollTo(0, 0);
}

/** Go on from a lesson or a result, to which the phone's back button must not lead. */
export function leave(to: Route): void {
  if (isGoingBack) return; // a second tap would lead out of the app
  const { from = "" } = (history.state ?? {}) as { from?: string };
  if (to.screen === "path" && from.startsWith(href({ screen: "path" }))) {
    isGoingBack = true;
    history.back();
  } else go(to, { replace: true });
}

/** An address without anything is the start; one that names no screen is the path. */
export function parse(hash: string): Route {
  if (hash === "") return { screen: "start" };
  if (readGoogleAnswer(hash) !== null) return { screen: "google" };
  const [screen = "", ...values] = hash.replace(/^#\/?/, "").split("/");
  const fields = Object.keys(FIELDS).includes(screen) ? FIELDS[screen as Route["screen"]] : undefined;
  if (fields === undefined) return { screen: "path" };
  const found = Object.fromEntries(fields.map((field, place) => [field, decode(values[place])]));
  if (screen !== "path" && Object.values(found).includes("")) return { screen: "path" };
  return { screen, ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== "")) } as Route;
}

function decode(value = ""): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}
