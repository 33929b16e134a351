"""Plays lessons as a learner who knows what is right: with a mouse or finger, or with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.contract.answers import POSED, TAPPED
from tests.contract.packs import Lesson, read_lessons
from tests.web.device import Device

Question = dict[str, Any]
"""As its pack has it."""
Give = Callable[[Page, Question], Awaitable[None]]
QUESTION = "#question"
BLANK = re.compile("_{2,}")
MOST_TABS = 60


def lessons_of(pack: Path) -> list[Lesson]:
    """All levels, with their newest questions."""
    return read_lessons(pack, newest=True)


async def open_lesson(phone: Device, lesson: Lesson) -> None:
    """Go to a level, also a locked one, and wait for its first question."""
    await phone.open(f"#/lesson/{lesson.id}")
    await phone.page.locator(QUESTION).wait_for()


async def question_on(page: Page, lesson: Lesson) -> Question:
    """The question that is shown, once all of it is there."""
    await expect(page.locator(".question p.screen")).to_have_count(0)  # newer kinds come in files of their own
    heading = await page.locator(QUESTION).inner_text()
    shown = [it for it in lesson.questions if all(part in heading for part in BLANK.split(it["question"]))]
    assert len(shown) == 1, heading
    return shown[0]


async def verdict_on(page: Page) -> str:
    """Wait for the verdict."""
    bar = page.locator(".answer-bar[data-verdict]")
    await bar.wait_for()
    return await bar.get_attribute("data-verdict") or ""


async def tap(page: Page, question: Question) -> None:
    """Give the right answer by tapping, and check it."""
    await TAPS[question["type"]](page, question)
    await page.locator(".answer-bar .big").click()


async def go_on(page: Page) -> None:
    """From the verdict to what comes next."""
    await page.locator(".answer-bar .big").click()


async def _tap_option(page: Page, question: Question) -> None:
    await page.locator(".option", has_text=question["payload"]["correct_answer"]).click()


async def _tap_truth(page: Page, question: Question) -> None:
    await page.locator(".option").nth(0 if question["payload"]["correct_answer"] else 1).click()


async def _type(page: Page, question: Question) -> None:
    await page.get_by_role("textbox").fill(question["payload"]["correct_answer"])


async def _tap_words(page: Page, question: Question) -> None:
    for word in question["payload"]["correct_order"]:
        await page.locator(".chips").get_by_role("button", name=word, exact=True).first.click()


async def _tap_items(page: Page, question: Question) -> None:
    for item in question["payload"]["items"]:
        await page.locator(".chips").get_by_role("button", name=_name(item), exact=True).click()


async def _tap_pairs(page: Page, question: Question) -> None:
    for pair in question["payload"]["pairs"]:
        for side in ("left", "right"):
            await page.locator(f".side-{side}").get_by_role("button", name=pair[side], exact=True).click()


async def _tap_key(page: Page, question: Question) -> None:
    key = page.locator(".morse-key")
    for sign in TAPPED[question["payload"]["correct_answer"]]:
        if sign == " ":
            await page.get_by_role("button", name="Jeda huruf").click()
        else:
            await key.click(delay=0 if sign == "." else 500)


async def _tap_arms(page: Page, question: Question) -> None:
    for place in POSED[question["payload"]["correct_answer"]]:
        await page.locator(".ring button").nth(place).click()


async def _tap_place(page: Page, question: Question) -> None:
    places = question["media"]["places"]
    label = next(place["label"] for place in places if place["id"] == question["payload"]["correct_answer"])
    await page.get_by_role("button", name=label, exact=True).click()


TAPS: dict[str, Give] = {
    "multiple_choice": _tap_option,
    "true_false": _tap_truth,
    "fill_blank": _type,
    "word_bank": _tap_words,
    "matching": _tap_pairs,
    "ordering": _tap_items,
    "order_pictures": _tap_items,
    "morse_tap": _tap_key,
    "semaphore_pose": _tap_arms,
    "point_on_map": _tap_place,
}


async def press(page: Page, question: Question) -> None:
    """Give the right answer with the keyboard alone, and check it with Enter."""
    await page.locator(".question :is([data-key], input)").first.wait_for()  # newer kinds come in files of their own
    await PRESSES[question["type"]](page, question)
    await page.locator(".answer-bar .big:enabled:not([aria-disabled=true])").wait_for()
    await _leave_buttons(page)
    await page.keyboard.press("Enter")


async def press_on(page: Page) -> None:
    """From the verdict to what comes next, with Enter."""
    await page.locator(".answer-bar .big:enabled:not([aria-disabled=true])").wait_for()
    await page.keyboard.press("Enter")


async def _leave_buttons(page: Page) -> None:
    """Enter on a chosen button would press it again: go on to the button that checks."""
    if await page.evaluate("document.activeElement.closest('.question button') !== null"):
        await tab_to(page, page.locator(".answer-bar .big"))


async def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(MOST_TABS):
        if await target.evaluate("it => it === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


async def _press_number_of(page: Page, target: Locator) -> None:
    """The number key of one of the choices."""
    number = await target.evaluate("it => (it.closest('[data-key]') ?? it.querySelector('[data-key]')).dataset.key")
    await page.keyboard.press(number)


async def _press_option(page: Page, question: Question) -> None:
    await _press_number_of(page, page.locator(".option", has_text=question["payload"]["correct_answer"]))


async def _press_truth(page: Page, question: Question) -> None:
    await page.keyboard.press("1" if question["payload"]["correct_answer"] else "2")


async def _press_text(page: Page, question: Question) -> None:
    await tab_to(page, page.get_by_role("textbox"))
    await page.keyboard.type(question["payload"]["correct_answer"])


async def _press_words(page: Page, question: Question) -> None:
    for word in question["payload"]["correct_order"]:
        chip = page.locator(".chips").get_by_role("button", name=word, exact=True).first
        await _press_number_of(page, chip)


async def _press_items(page: Page, question: Question) -> None:
    """The first item comes last, and is then moved up by its arrow."""
    first, *others = question["payload"]["items"]
    for item in [*others, first]:
        await _press_number_of(page, page.locator(".chips").get_by_role("button", name=_name(item), exact=True))
    await tab_to(page, page.get_by_role("button", name=f"Naikkan {_name(first)}"))
    for _ in others:
        await page.keyboard.press("Enter")


async def _press_pairs(page: Page, question: Question) -> None:
    for pair in question["payload"]["pairs"]:
        for side in ("left", "right"):
            name = page.locator(f".side-{side}").get_by_role("button", name=pair[side], exact=True)
            await _press_number_of(page, name)


async def _press_key(page: Page, question: Question) -> None:
    for sign in TAPPED[question["payload"]["correct_answer"]]:
        await page.keyboard.press({".": "1", "-": "2", " ": "3"}[sign])


async def _press_arms(page: Page, question: Question) -> None:
    for place in POSED[question["payload"]["correct_answer"]]:
        await page.keyboard.press(str(place + 1))


async def _press_place(page: Page, question: Question) -> None:
    ids = [place["id"] for place in question["media"]["places"]]
    await page.keyboard.press(str(ids.index(question["payload"]["correct_answer"]) + 1))


PRESSES: dict[str, Give] = {
    "multiple_choice": _press_option,
    "true_false": _press_truth,
    "fill_blank": _press_text,
    "word_bank": _press_words,
    "matching": _press_pairs,
    "ordering": _press_items,
    "order_pictures": _press_items,
    "morse_tap": _press_key,
    "semaphore_pose": _press_arms,
    "point_on_map": _press_place,
}


async def play_right(
    page: Page, lesson: Lesson, *, give: Give = tap, onward: Callable[[Page], Awaitable[None]] = go_on
) -> None:
    """All questions, each right at once; then the result is shown."""
    for place in range(len(lesson.questions)):
        await expect(page.locator("p.count")).to_have_text(f"Soal {place + 1} dari {len(lesson.questions)}")
        question = await question_on(page, lesson)
        await give(page, question)
        assert await verdict_on(page) == "right", question["id"]
        await onward(page)
    await page.wait_for_url("**/#/result/**")


def _name(item: str | dict[str, Any]) -> str:
    return item if isinstance(item, str) else item["media"]["alt"]
