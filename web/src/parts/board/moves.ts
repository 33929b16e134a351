/** Rows move to their new places, so that one sees who overtook whom. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const MOVE = { duration: 450, easing: "cubic-bezier(0.2, 0.8, 0.2, 1)" };
const FLASH = { duration: 900, easing: "ease-out" };

/** Animates the children of `list` by their `data-row`, and those whose `data-xp` rose. Does nothing under reduced motion. */
export function useMoves(list: RefObject<HTMLElement | null>): void {
  const before = useRef(new Map<string, { top: number; xp: number }>());
  useLayoutEffect(() => {
    const places = new Map<string, { top: number; xp: number }>();
    const isStill = before.current.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const row of list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? []) {
      const { row: id = "", xp = "0" } = row.dataset;
      const place = { top: row.offsetTop, xp: Number(xp) };
      places.set(id, place);
      if (!isStill) show(row, before.current.get(id), place);
    }
    before.current = places;
  });
}

function show(row: HTMLElement, was: { top: number; xp: number } | undefined, is: { top: number; xp: number }): void {
  if (was === undefined) {
    row.animate([{ opacity: 0 }, { opacity: 1 }], MOVE);
    return;
  }
  if (was.top !== is.top) {
    row.animate([{ transform: `translateY(${was.top - is.top}px)` }, { transform: "none" }], MOVE);
  }
  if (is.xp > was.xp) {
    const gold = getComputedStyle(row).getPropertyValue("--gold-soft");
    row.animate([{ backgroundColor: gold }, {}], FLASH);
  }
}
