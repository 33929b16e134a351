/** What questions show beside their text (`docs/api.md`, Media), read with care: newer services may send other kinds. */

import type { MapPlace, Media } from "./questions";
import type { Pose } from "./signals";

export type Drawing = Extract<Media, { kind: "svg" }>;
export type Morse = Extract<Media, { kind: "morse" }>;
export type Semaphore = Extract<Media, { kind: "semaphore" }>;
export type PlacesMap = Extract<Media, { kind: "map" }>;

const PLACES: readonly unknown[] = [0, 1, 2, 3, 4, 5, 6, 7];

type Fields = Record<string, unknown>;

/** Null: none, or of a kind that this version cannot show. */
export function readMedia(sent: unknown): Media | null {
  if (!isObject(sent) || typeof sent.alt !== "string") return null;
  const named = { alt: sent.alt, alt_en: textOrNull(sent.alt_en) };
  const { kind, url, signs, poses, places } = sent;
  if (kind === "svg" && typeof url === "string") {
    const steps = typeof sent.steps === "number" && sent.steps >= 1 ? sent.steps : 1;
    return { kind, url, steps, ...named };
  }
  const text = textOrNull(sent.text);
  if (kind === "morse" && typeof signs === "string") return { kind, text, signs, ...named };
  if (kind === "semaphore" && Array.isArray(poses) && poses.every(isPose)) return { kind, text, poses, ...named };
  if (kind === "map" && typeof url === "string" && Array.isArray(places)) {
    return { kind, url, places: places.flatMap(readPlace), ...named };
  }
  return null;
}

/** Addresses of the drawings that a question needs, to be kept on the device. */
export function drawingsOf(question: { media?: unknown; payload: object }): string[] {
  const { items } = question.payload as { items?: unknown };
  const pictures = Array.isArray(items) ? items.map((item) => (isObject(item) ? item.media : null)) : [];
  return [question.media, ...pictures].flatMap((sent) => {
    const media = readMedia(sent);
    return media !== null && "url" in media ? [media.url] : [];
  });
}

/** Whether what appears at step `from` and goes after step `until` is to be seen at `step`. */
export function isSeenAt(step: number, from: string | null, until: string | null): boolean {
  return (from === null || Number(from) <= step) && (until === null || step <= Number(until));
}

function readPlace(sent: unknown): MapPlace[] {
  if (!isObject(sent)) return [];
  const { id, x, y, radius, label } = sent;
  const [at, up, wide] = [x, y, radius].map((value) => (typeof value === "number" ? value : null));
  if (typeof id !== "string" || typeof label !== "string" || at == null || up == null || wide == null) return [];
  return [{ id, x: at, y: up, radius: wide, label, label_en: textOrNull(sent.label_en) }];
}

function isPose(sent: unknown): sent is Pose {
  return Array.isArray(sent) && sent.length === 2 && sent.every((place) => PLACES.includes(place));
}

function isObject(sent: unknown): sent is Fields {
  return typeof sent === "object" && sent !== null && !Array.isArray(sent);
}

function textOrNull(sent: unknown): string | null {
  return typeof sent === "string" ? sent : null;
}
