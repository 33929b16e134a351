"""The whole way, from the first lesson to the leaderboard, for those who use no finger and no eye, or need large text."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.contract.packs import Lesson, read_lessons
from tests.servers import PACK_DIR
from tests.service import Service, Truth, add_learners
from tests.web.accessible import serious_findings
from tests.web.answers import answer, begin, learn
from tests.web.device import SMALL, Device, device, until_true
from tests.web.signed_in import open_signed_in

NARROW = (320, 640)
"""A window of 1280 pixels at a zoom of 400 %: nothing may need scrolling sideways."""
ZOOMED = (720, 450)
"""A window of 1440 × 900 at a zoom of 200 %."""
LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"
MOST_KEYS = 60
NAMELESS = """() => [...document.querySelectorAll('a, button, input, select, textarea, [role=button], [tabindex="0"]')]
    .filter(element => element.checkVisibility())
    .filter(element => !(element.ariaLabel || element.textContent.trim() || element.labels?.length
        || element.getAttribute('aria-labelledby')))
    .map(element => element.outerHTML)"""
TOO_WIDE = """() => [...document.body.querySelectorAll('*')].filter(element => {
    const before = document.documentElement.scrollWidth;
    const display = element.style.display;
    element.style.display = 'none';
    const isCause = document.documentElement.scrollWidth < before;
    element.style.display = display;
    return isCause;
}).map(element => element.outerHTML.slice(0, 120)).slice(-3)"""
"""Without these elements, the page would be less wide."""
ONWARD = "location.hash.startsWith('#/result/') || document.activeElement.id === 'question'"
"""The next question is there, or the result; between the last question and the result is a moment."""


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return read_lessons(PACK_DIR, newest=True)[0]


async def test_the_whole_way_by_keyboard(app: Service, phone: Device, lesson: Lesson) -> None:
    """Tab, Enter, arrows and number keys alone: the first lesson, its result, the path and the board."""
    page = phone.page
    await phone.open()
    await press_by_keyboard(page, "Ayo mulai!")
    for question in lesson.questions:
        await expect(page.locator("#question")).to_be_focused()
        await answer_by_keyboard(page, question)
    await until_true(page, ONWARD)
    while not re.search("#/result/", page.url):  # the second round
        await skip_by_keyboard(page)
        await until_true(page, ONWARD)
    await page.wait_for_url(re.compile("#/result/"))
    await press_by_keyboard(page, re.compile("peta|Lanjut"))
    await page.wait_for_url(re.compile("#/path"))
    await press_by_keyboard(page, "Peringkat")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Peringkat")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()


async def test_a_screen_reader_has_a_name_for_everything(
    app: Service, truth: Truth, phone: Device, lesson: Lesson
) -> None:
    """On each screen of the way: one heading of the first level, landmarks, names on all that can be used, and nothing
    serious found by axe."""
    [learner] = await add_learners(truth, 1)
    await phone.open()
    await phone.sees("Ayo mulai!")
    await is_readable(phone.page)
    await open_signed_in(phone, learner)
    await begin(phone, lesson)
    await is_readable(phone.page)
    for question in lesson.questions[:2]:
        await answer(phone, question)
        await is_readable(phone.page)
    await phone.page.evaluate("location.hash = '#/path'")
    await phone.shows("path")
    await learn(phone, lesson, begun=2)
    await is_readable(phone.page)
    for screen in ("path", "board", "profile", "settings", "waiting", "about"):
        await phone.page.evaluate(f"location.hash = '#/{screen}'")
        await phone.shows(screen)
        await is_readable(phone.page)


@pytest.mark.parametrize("how", ["large text", "zoom", "narrow"])
async def test_nothing_is_lost_with_large_text_or_zoom(
    app: Service, truth: Truth, browser: Browser, lesson: Lesson, how: str
) -> None:
    """Text at 200 %, a zoom of 200 %, and 320 pixels: nothing reaches out of the window, and a lesson can be finished."""
    [learner] = await add_learners(truth, 1)
    size = {"large text": SMALL, "zoom": ZOOMED, "narrow": NARROW}[how]
    async with device(browser, app.url, size=size) as here:
        if how == "large text":
            await here.context.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {LARGE_TEXT} }})")
        await open_signed_in(here, learner)
        await begin(here, lesson)
        await is_within(here.page)
        for question in lesson.questions:
            await answer(here, question)
            await is_within(here.page)
        for screen in ("path", "board", "profile", "settings", "about"):
            await here.page.evaluate(f"location.hash = '#/{screen}'")
            await here.shows(screen)
            await is_within(here.page)


async def test_with_reduced_motion_nothing_moves(app: Service, truth: Truth, browser: Browser, lesson: Lesson) -> None:
    """Who asked for no motion gets none, in the lesson, its result and on the board."""
    [learner] = await add_learners(truth, 1)
    async with device(browser, app.url, reduced_motion=True) as here:
        await open_signed_in(here, learner)
        await begin(here, lesson)
        for question in lesson.questions:
            await answer(here, question)
            assert await moving(here.page) == []
        await here.page.wait_for_url(re.compile("#/result/"))
        await here.page.evaluate("location.hash = '#/board'")
        await here.page.locator("[data-me]").first.wait_for()
        assert await moving(here.page) == []


async def is_readable(page: Page) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await expect(page.get_by_role("main")).to_have_count(1)
    assert await page.evaluate(NAMELESS) == []
    assert await serious_findings(page) == []


async def is_within(page: Page) -> None:
    """Nothing reaches out of the window once what moves has settled."""
    try:
        await until_true(page, "document.documentElement.scrollWidth <= innerWidth")
    except AssertionError as error:
        raise AssertionError(f"{page.url}: {await page.evaluate(TOO_WIDE)}") from error


async def moving(page: Page) -> list[str]:
    """What is animated just now."""
    running: list[str] = await page.evaluate(
        "document.getAnimations().filter(it => it.playState === 'running')"
        ".map(it => it.animationName ?? it.transitionProperty ?? 'script')"
    )
    return running


async def press_by_keyboard(page: Page, name: str | re.Pattern[str]) -> None:
    """Go on with Tab until the control of this name has the focus, and press Enter."""
    await page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.wait_for()
    for _ in range(MOST_KEYS):
        focused = await page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent.trim()")
        if re.search(name, focused) and await page.evaluate("document.activeElement.matches('a, button')"):
            await page.keyboard.press("Enter")
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name}")


async def answer_by_keyboard(page: Page, question: dict[str, object]) -> None:
    """Answer, check and go on by keys."""
    if question["type"] == "fill_blank":
        await page.keyboard.press("Tab")
        await page.keyboard.type("x")
    elif question["type"] == "multiple_choice":
        await page.keyboard.press("2")
    else:
        await skip_by_keyboard(page)
        return
    await page.keyboard.press("Enter")
    await go_on_by_keyboard(page)


async def skip_by_keyboard(page: Page) -> None:
    await press_by_keyboard(page, "Lewati")
    await go_on_by_keyboard(page)


async def go_on_by_keyboard(page: Page) -> None:
    """After the verdict: Enter leads to the next question, or to the result."""
    await expect(
        page.locator(".answer-bar[data-verdict] .big:not([aria-disabled=true])")
    ).to_be_visible()  # a moment later, so that a double tap skips nothing
    await page.keyboard.press("Enter")
    await expect(page.locator(".answer-bar[data-verdict]")).to_have_count(0)
