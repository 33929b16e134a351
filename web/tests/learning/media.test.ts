import { expect, test } from "vitest";
import { drawingsOf, isSeenAt, readMedia } from "../../src/learning/media";

const alt = { alt: "Simpul", alt_en: null };

test("all kinds are read, and what is not known is nothing", () => {
  expect(readMedia({ kind: "svg", url: "a.svg", steps: 6, ...alt })).toEqual({
    ...{ kind: "svg", url: "a.svg", steps: 6 },
    ...alt,
  });
  expect(readMedia({ kind: "svg", url: "a.svg", ...alt })).toMatchObject({ steps: 1 });
  expect(readMedia({ kind: "morse", signs: "...", text: null, ...alt })).toMatchObject({ signs: "..." });
  expect(readMedia({ kind: "semaphore", poses: [[2, 6]], ...alt })).toMatchObject({ poses: [[2, 6]] });
  const place = { id: "a", x: 1, y: 2.5, radius: 3, label: "A", label_en: "A" };
  expect(readMedia({ kind: "map", url: "p.svg", places: [place, { id: "b" }], ...alt })).toMatchObject({
    places: [place],
  });
  for (const other of [null, undefined, "svg", {}, { kind: "svg", ...alt }, { kind: "hologram", ...alt }, []]) {
    expect(readMedia(other)).toBeNull();
  }
});

test("the drawings of a question are its own and those of its pictures", () => {
  const media = (url: string) => ({ kind: "svg", url, ...alt });
  const items = [
    { id: "a", media: media("1.svg") },
    { id: "b", media: { kind: "morse", signs: ".", ...alt } },
  ];
  expect(drawingsOf({ media: media("0.svg"), payload: { items } })).toEqual(["0.svg", "1.svg"]);
  expect(drawingsOf({ payload: { items: ["a", "b"] } })).toEqual([]);
});

test("an element is seen from its step on, until it goes", () => {
  const seen = (from: string | null, until: string | null) => [1, 2, 3].map((step) => isSeenAt(step, from, until));
  expect(seen(null, null)).toEqual([true, true, true]);
  expect(seen("2", null)).toEqual([false, true, true]);
  expect(seen(null, "1")).toEqual([true, false, false]);
  expect(seen("2", "2")).toEqual([false, true, false]);
});
