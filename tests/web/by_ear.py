"""Giving the right answers by ear: what is pressed is told, and there is always something to go on from."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.async_api import Locator, Page

from tests.contract.answers import POSED, TAPPED
from tests.web.ears import hears, press
from tests.web.player import Give, Question

PLACES = (
    "ke bawah",
    "ke kiri bawah",
    "ke kiri",
    "ke kiri atas",
    "ke atas",
    "ke kanan atas",
    "ke kanan",
    "ke kanan bawah",
)
SIGNS = {".": "titik", "-": "garis", " ": ","}


async def _press_in(page: Page, target: Locator) -> None:
    """Press it; if it goes, the focus stays within the question or its buttons."""
    await press(target)
    for _ in range(40):
        if await page.evaluate("document.activeElement.closest('.question, .answer-bar') !== null"):
            return
        await page.wait_for_timeout(25)
    raise AssertionError("the focus is lost")


async def _choose(page: Page, question: Question) -> None:
    await _press_in(page, page.get_by_role("radio", name=question["payload"]["correct_answer"], exact=True))


async def _judge(page: Page, question: Question) -> None:
    name = "Benar" if question["payload"]["correct_answer"] else "Salah"
    await _press_in(page, page.get_by_role("radio", name=name, exact=True))


async def _type(page: Page, question: Question) -> None:
    media = question.get("media") or {}
    if media.get("kind") == "morse":
        await _press_in(page, page.get_by_role("button", name="Lihat tanda"))
        await hears(page, "titik garis, titik titik, titik garis titik")
    await page.get_by_role("textbox", name="Jawabanmu").fill(question["payload"]["correct_answer"])


async def _build(page: Page, question: Question) -> None:
    words = question["payload"]["correct_order"]
    for place, word in enumerate(words):
        await _press_in(page, _free(page, word))
        await hears(page, f"Kalimatmu: {' '.join(words[: place + 1])}")
    await _press_in(page, page.get_by_role("button", name=f"{words[-1]}, ambil kembali"))
    await hears(page, f"Kalimatmu: {' '.join(words[:-1])}")
    await _press_in(page, _free(page, words[-1]))


async def _sort(page: Page, question: Question) -> None:
    items = question["payload"]["items"]
    names = [item if isinstance(item, str) else item["media"]["alt"] for item in items]
    order: Sequence[int] = [1, 0, *range(2, len(names))]
    for place, item in enumerate(order):
        await _press_in(page, _free(page, names[item]))
        await hears(page, f"{place + 1}. {names[item]}")
    await _press_in(page, page.get_by_role("button", name=f"Naikkan {names[0]}"))
    await hears(page, f"1. {names[0]}")


async def _pair(page: Page, question: Question) -> None:
    for pair in question["payload"]["pairs"]:
        for side, name in (("Kotak kiri", "left"), ("Kotak kanan", "right")):
            await _press_in(page, page.get_by_role("group", name=side).get_by_role("button", name=pair[name]))
        await hears(page, f"{pair['left']}, berpasangan dengan {pair['right']}")


async def _tap(page: Page, question: Question) -> None:
    key = page.get_by_role("button", name="Ketuk atau tahan")
    for sign in TAPPED[question["payload"]["correct_answer"]]:
        other = page.get_by_role("button", name={"-": "Garis", " ": "Jeda huruf"}.get(sign, "Titik"))
        await _press_in(page, key if sign == "." else other)
        await hears(page, SIGNS[sign])


async def _pose(page: Page, question: Question) -> None:
    for arm, place in enumerate(POSED[question["payload"]["correct_answer"]], start=1):
        await _press_in(page, page.get_by_role("button", name=PLACES[place], exact=True))
        await hears(page, f"{PLACES[place]}")
        await page.get_by_role("button", name=f"{PLACES[place]}, Lengan {arm}").wait_for()


async def _point(page: Page, question: Question) -> None:
    places = {place["id"]: place["label"] for place in question["media"]["places"]}
    await _press_in(page, page.get_by_role("button", name=places[question["payload"]["correct_answer"]]))


def _free(page: Page, name: str) -> Locator:
    return page.locator(".chips").get_by_role("button", name=name, exact=True).first


GIVEN: dict[str, Give] = {
    "multiple_choice": _choose,
    "true_false": _judge,
    "fill_blank": _type,
    "word_bank": _build,
    "matching": _pair,
    "ordering": _sort,
    "order_pictures": _sort,
    "morse_tap": _tap,
    "semaphore_pose": _pose,
    "point_on_map": _point,
}
