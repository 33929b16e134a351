"""Playing a lesson without looking at what is right."""

from __future__ import annotations

import re
import time
from contextlib import suppress

from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.web.device import Device

FIRST_LEVEL = "a[href^='#/lesson/']"
ONWARD = re.compile("^(Lewati|Lanjut|Lihat hasil)$")
PLAYED_SECONDS = 60


async def begin_first_level(phone: Device) -> None:
    """From the first screen, or the path, to the first question of the first level."""
    await phone.control("Ayo mulai!").or_(phone.page.locator(FIRST_LEVEL)).first.click()
    await phone.page.get_by_role("radio").first.wait_for()


async def choose_first(phone: Device) -> None:
    """Choose the first option, without checking it."""
    await phone.page.get_by_role("radio").first.check(force=True)


async def check(phone: Device) -> str:
    """Check the chosen answer: `right`, `wrong`, or `unknown` where only the service can tell."""
    await phone.press("Periksa")
    verdict = phone.page.locator("[data-verdict]").first
    await verdict.wait_for()
    return await verdict.get_attribute("data-verdict") or ""


async def skip_to_the_end(phone: Device) -> None:
    """Answer nothing, in both rounds; then the result is shown."""
    deadline = time.monotonic() + PLAYED_SECONDS
    while "#/lesson/" in phone.page.url:
        assert time.monotonic() < deadline, "the lesson has no end"
        with suppress(PlaywrightTimeout):  # the last press leads to the result a moment later
            await phone.control(ONWARD).first.click(timeout=500)
