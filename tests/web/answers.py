"""Answering questions on a phone, as somebody does who knows what is right."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.contract.packs import Lesson
from tests.web.device import Device

Question = dict[str, Any]
ONWARD = re.compile("^(Lanjut|Lihat hasil)$")


async def begin(phone: Device, lesson: Lesson) -> None:
    """Open a lesson from wherever the app is."""
    await phone.page.evaluate(f"location.hash = '#/lesson/{lesson.id}'")
    await phone.page.locator("#question").wait_for()


async def learn(
    phone: Device, lesson: Lesson, *, begun: int = 0, pause: Callable[[], Awaitable[None]] | None = None
) -> None:
    """A whole lesson, all right, until the result is shown; `begun` questions were answered before, and `pause` is taken
    before each answer."""
    await begin(phone, lesson)
    await answer_all(phone, lesson.questions[begun:], pause=pause)


async def answer_all(
    phone: Device, questions: list[Question], *, pause: Callable[[], Awaitable[None]] | None = None
) -> None:
    """The questions that are left of a lesson, until the result is shown."""
    for question in questions:
        if pause is not None:
            await pause()
        await answer(phone, question)
    await phone.page.wait_for_url(re.compile("#/result/"))


async def answer(phone: Device, question: Question) -> None:
    """The question that is shown, and on to the next one."""
    await give(phone.page, question)
    await phone.press("Periksa")
    verdict = phone.page.locator("[data-verdict]").first
    await expect(verdict).to_have_attribute("data-verdict", "right")
    await phone.press(ONWARD)


async def give(page: Page, question: Question) -> None:
    """Choose or type the right answer, without checking it."""
    payload = question["payload"]
    body = page.locator(".question")
    match question["type"]:
        case "multiple_choice":
            await _named(body.locator("label.option"), payload["correct_answer"]).click()
        case "fill_blank":
            await body.get_by_role("textbox").fill(payload["correct_answer"])
        case "word_bank":
            for word in payload["correct_order"]:
                await _named(body.locator(".chips .chip"), word).first.click()
        case "matching":
            left, right = (body.locator(".side").nth(side).locator("button") for side in (0, 1))
            for pair in payload["pairs"]:
                await _named(left, pair["left"]).click()
                await _named(right, pair["right"]).click()
        case "ordering":
            for item in payload["items"]:
                await _named(body.locator(".chips .chip"), item).click()
        case "true_false":
            await body.locator("label.option").nth(0 if payload["correct_answer"] else 1).click()
        case other:
            raise AssertionError(f"no lesson of these tests has questions of the kind {other}")


def _named(elements: Locator, name: str) -> Locator:
    """Those of the elements that show exactly this, apart from a letter or number before it."""
    return elements.filter(has_text=re.compile(rf"^\s*[A-Z0-9]?\s*{re.escape(str(name))}\s*(, berpasangan.*)?$"))
