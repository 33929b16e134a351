"""What a designer would see at once: texts that cover each other."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from playwright.async_api import Page

TOLERANCE = 6
"""Pixels by which boxes of neighbours may touch: they hold a line's whole height, and a little more."""
BOXES = """() => [...document.querySelectorAll('flt-semantics-host *')]
    .filter(e => !e.childElementCount && e.tagName !== 'INPUT' && (e.innerText || e.getAttribute('aria-label')))
    .map(e => {
        const b = e.getBoundingClientRect();
        let [left, top, right, bottom] = [b.left, b.top, b.right, b.bottom];
        for (let p = e.parentElement; p; p = p.parentElement) {
            if (getComputedStyle(p).overflow === 'visible') continue;
            const c = p.getBoundingClientRect();  // what scrolls is cut off at its container's edge
            [left, top] = [Math.max(left, c.left), Math.max(top, c.top)];
            [right, bottom] = [Math.min(right, c.right), Math.min(bottom, c.bottom)];
        }
        return {text: (e.innerText || e.getAttribute('aria-label')).slice(0, 40), left, top, right, bottom};
    })
    .filter(b => b.right > b.left && b.bottom > b.top)"""


async def overlaps(page: Page) -> list[str]:
    """Each pair of texts that cover each other."""
    boxes: list[dict[str, Any]] = await page.evaluate(BOXES)
    return [f"{one} | {other}" for one, other in combinations(boxes, 2) if _cover(one, other)]


def _cover(one: dict[str, Any], other: dict[str, Any]) -> bool:
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return bool(across > TOLERANCE and down > TOLERANCE)
