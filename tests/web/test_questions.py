"""Every kind of question, in a real browser: by mouse, by keyboard alone, by ear, and as assistive technology finds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, Route, expect

from scout_os.core.store_urls import StoreUrls
from tests.contract.packs import Lesson
from tests.packs.editing import NEW_KINDS, SIX_TYPES
from tests.servers import load_content
from tests.service import Service, serve
from tests.web.accessible import serious_findings
from tests.web.by_ear import GIVEN
from tests.web.device import Device, box, device
from tests.web.ears import focus_after, hears, hears_nothing, is_at, listen, press
from tests.web.player import (
    Question,
    go_on,
    lessons_of,
    open_lesson,
    play_right,
    press_on,
    question_on,
    tap,
    verdict_on,
)
from tests.web.player import press as press_keys

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll("main button, main input, main a, header button")]
    .map(it => it.matches(".option input") ? it.parentElement : it)
    .filter(it => it.offsetParent !== null && (it.offsetHeight < 47.5 || it.offsetWidth < 47.5))
    .map(it => it.outerHTML.slice(0, 200))"""


@pytest.fixture(params=[SIX_TYPES, NEW_KINDS], ids=["six_types", "new_kinds"])
def pack(request: pytest.FixtureRequest) -> Path:
    """Two packs that have every kind between them."""
    path: Path = request.param
    return path


@pytest.fixture
def packed(pack: Path, stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The service and its app, with that pack."""
    load_content(stores.database_url, pack)
    with serve(stores, tmp_path, web_app="on") as running:
        yield running


async def test_every_kind_by_mouse(browser: Browser, packed: Service, pack: Path) -> None:
    """Tapping alone answers every question right, and each level brings three stars."""
    async with device(browser, packed.url, has_touch=True) as phone:
        for lesson in lessons_of(pack):
            await open_lesson(phone, lesson)
            await play_right(phone.page, lesson)
            await phone.sees("3 dari 3 bintang")


async def test_every_kind_by_keyboard(browser: Browser, packed: Service, pack: Path) -> None:
    """Number keys, Tab and Enter alone do the same."""
    async with device(browser, packed.url) as phone:
        for lesson in lessons_of(pack):
            await open_lesson(phone, lesson)
            await play_right(phone.page, lesson, give=press_keys, onward=press_on)
            await phone.sees("3 dari 3 bintang")


async def test_every_kind_by_ear(browser: Browser, packed: Service, pack: Path) -> None:
    """Clicks without a pointer do, each is told, the focus is never lost, and verdict and explanation are read out."""
    async with device(browser, packed.url) as phone:
        page = phone.page
        await listen(phone.context)
        for lesson in lessons_of(pack):
            await open_lesson(phone, lesson)
            main = page.locator(".answer-bar .big")
            for place, question in enumerate([*lesson.questions, lesson.questions[0]]):
                is_second = place == len(lesson.questions)
                opening = "Ulangi yang tadi belum tepat: 1 dari 1. " if is_second else f"Soal {place + 1} dari "
                await is_at(page, page.get_by_role("heading", level=1, name=opening))
                await hears_nothing(page)
                if place == 0:
                    await press(phone.control("Lewati"))
                else:
                    await GIVEN[question["type"]](page, question)
                    await press(main)
                verdict = "Tidak apa-apa!" if place == 0 else "Benar!"
                await hears(page, f"{verdict} ")
                await is_at(page, main)
                await press(main.and_(page.locator(":not([aria-disabled=true])")))
            await page.wait_for_url("**/#/result/**")


async def hold_drawings(page: Page) -> list[Route]:
    """Drawings that are asked for, until the test lets them come."""
    held: list[Route] = []
    await page.route("**/media/content/*.svg", lambda route: held.append(route))
    return held


@pytest.mark.parametrize("pack", [NEW_KINDS], indirect=True)
async def test_no_place_moves_onto_its_map(browser: Browser, packed: Service, pack: Path) -> None:
    """Places are there once the map is, or where it cannot come: none moves away from a finger."""
    question, lesson = next(
        (it, lesson) for lesson in lessons_of(pack) for it in lesson.questions if it["type"] == "point_on_map"
    )
    places = len(question["media"]["places"])
    for comes in (True, False):
        async with device(browser, packed.url, service_workers="block") as phone:
            page = phone.page
            held = await hold_drawings(page)
            await _skip_to(phone, lesson, question)
            await page.locator(".map").wait_for()
            await expect(page.locator(".place")).to_have_count(0)
            for route in held:
                await (route.continue_() if comes else route.abort())
            await expect(page.locator(".place")).to_have_count(places)
            await expect(page.locator(".map")).to_have_attribute("data-placed", str(comes).lower())


@pytest.mark.parametrize("pack", [NEW_KINDS], indirect=True)
async def test_no_option_moves_when_a_drawing_comes(browser: Browser, packed: Service, pack: Path) -> None:
    """Its room is kept until it is there."""
    question, lesson = next(
        (it, lesson) for lesson in lessons_of(pack) for it in lesson.questions if it["type"] == "multiple_choice"
    )
    async with device(browser, packed.url, service_workers="block") as phone:
        page = phone.page
        held = await hold_drawings(page)
        await _skip_to(phone, lesson, question)
        height = (await box(page.locator(".option").first))["y"]
        await expect(page.locator(".drawing[data-state=loading]")).to_have_count(1)
        for route in held:
            await route.continue_()
        await expect(page.locator(".drawing[data-state=shown]")).to_have_count(1)
        assert (await box(page.locator(".option").first))["y"] == height


@pytest.mark.parametrize("pack", [SIX_TYPES], indirect=True)
async def test_the_focus_is_never_late(browser: Browser, packed: Service, pack: Path) -> None:
    """What gets the focus after a press has it before anything else can be pressed, so it takes it from nothing."""
    question, lesson = next(
        (it, lesson) for lesson in lessons_of(pack) for it in lesson.questions if it["type"] == "ordering"
    )
    first, second, *_ = question["payload"]["items"]
    async with device(browser, packed.url) as phone:
        await open_lesson(phone, lesson)
        while await question_on(phone.page, lesson) != question:
            assert await focus_after(phone.control("Lewati")) == "Lanjut"
            await phone.page.locator(".answer-bar .big:not([aria-disabled=true])").click()
        for item in (second, first):
            assert await focus_after(phone.control(item).first) != ""
        assert await focus_after(phone.control(f"Naikkan {first}")) == f"Naikkan {first}"


@pytest.mark.parametrize(("scheme", "percent"), [("light", 200), ("dark", 100)])
async def test_every_kind_is_accessible(
    browser: Browser, packed: Service, pack: Path, scheme: Literal["light", "dark"], percent: int
) -> None:
    """axe-core finds nothing serious before and after the verdict, nothing is cut off, and fingers hit everything."""
    async with device(browser, packed.url, scheme=scheme, reduced_motion=True) as phone:
        await phone.context.add_init_script(
            f"addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '{percent}%')"
        )
        for lesson in lessons_of(pack):
            await open_lesson(phone, lesson)
            for _ in lesson.questions:
                await _answer_wrong_or_right(phone, lesson)
            await phone.page.locator(".stars, .again").first.wait_for()
            await _check(phone.page, "at the end")


async def _skip_to(phone: Device, lesson: Lesson, question: Question) -> None:
    await open_lesson(phone, lesson)
    while await question_on(phone.page, lesson) != question:
        await phone.press("Lewati")
        await go_on(phone.page)


async def _answer_wrong_or_right(phone: Device, lesson: Lesson) -> None:
    page = phone.page
    question = await question_on(page, lesson)
    await _check(page, f"{question['id']} asked")
    if question["order"] % 2:
        await tap(page, question)
    else:
        await phone.press("Lewati")
    await verdict_on(page)
    await _check(page, f"{question['id']} told")
    await go_on(page)


async def _check(page: Page, where: str) -> None:
    assert await serious_findings(page) == [], where
    assert await page.evaluate(TOO_WIDE) == 0, where
    assert await page.evaluate(SMALL_TARGETS) == [], where
