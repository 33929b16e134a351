"""Pictures of every screen, in each size, language and theme, into docs/images: `make screenshots`. No test by itself."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.async_api import Browser

from tests.learners import give_all, submit
from tests.service import Service, Truth, add_learners
from tests.web.accessible import serious_findings
from tests.web.device import Device, device
from tests.web.lesson import check, choose_first, skip_to_the_end
from tests.web.signed_in import open_signed_in

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZES = {"small": (360, 640), "middle": (412, 732), "large": (1440, 900)}
SETTLE_SECONDS = 0.9
COLOURS = 128
"""Flat colours need no more, and the files stay small."""
NAMES = (
    *("Siti Rahma", "Agus Wijaya", "Dewi Lestari", "Rudi Hartono", "Putri Ayu", "Bayu Pratama", "Citra Kirana"),
    *("Eko Prasetyo", "Fitri Handayani", "Gilang Ramadhan", "Hana Safira", "Indra Gunawan"),
)
GUESTS = ("start", "sign-up", "sign-in", "forgot", "about")
SIGNED_IN = ("path", "board", "profile", "edit-profile", "settings", "account", "waiting")
LESSONS = {"knot": "tali_u2_l5", "order": "tali_u1_l2"}
_WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
    .filter(it => it.getBoundingClientRect().right > innerWidth + 1).map(it => it.outerHTML.slice(0, 80))"""
"""What reaches over the window's edge, where the page can be scrolled sideways."""


class Camera:
    """Takes each screen in both themes, and notes what a designer or a blind learner would find at once."""

    def __init__(self, here: Device, kind: str) -> None:
        self._here = here
        self._kind = kind
        self.found: list[str] = []

    async def take(self, name: str) -> None:
        """The screen as it is now."""
        page = self._here.page
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            await page.mouse.move(1, 1)
            await asyncio.sleep(SETTLE_SECONDS)
            picture = Image.open(io.BytesIO(await page.screenshot(timeout=60_000))).convert("RGB")
            small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            small.save(IMAGES / f"{name}-{self._kind}-{scheme}.png", optimize=True)
            self.found += [f"{name}, {scheme}: {finding}" for finding in await serious_findings(page)]
        self.found += [f"{name}, wider than the window: {it}" for it in await page.evaluate(_WIDER)]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", SIZES)
async def test_pictures(size: str, language: Literal["id", "en"], app: Service, truth: Truth, browser: Browser) -> None:
    """Every screen with the training pack of this release."""
    learner = await _populate(app, truth)
    async with device(browser, app.url, size=SIZES[size], language=language) as here:
        camera = Camera(here, f"{size}-{language}")
        for screen in GUESTS:
            await here.open(f"#/{screen}")
            await here.shows(screen)
            await camera.take(screen)
        await open_signed_in(here, learner, "#/path")
        await here.page.locator("a[href^='#/lesson/']").first.wait_for()
        for screen in SIGNED_IN:
            await here.open(f"#/{screen}")
            await here.shows(screen)
            await camera.take(screen)
        for name, level in LESSONS.items():
            await here.open(f"#/lesson/{level}")
            await here.page.locator("#question").wait_for()
            await camera.take(f"question-{name}")
        await here.open("#/lesson/puk_u1_l3")
        await here.page.locator("#question").wait_for()
        await camera.take("question")
        await choose_first(here)
        await check(here)
        await camera.take("verdict")
        await skip_to_the_end(here)
        await camera.take("result")
    assert camera.found == []


async def _populate(app: Service, truth: Truth) -> int:
    """A learner with some history, among others."""
    learner, *others = await add_learners(truth, 1 + len(NAMES))
    for user_id, name in zip([learner, *others], ["Budi Santoso", *NAMES], strict=True):
        await truth.execute("UPDATE users SET name = $2 WHERE id = $1", user_id, name)
    await give_all(truth, {other: 230 - 20 * place for place, other in enumerate(others)})
    async with app.client(learner) as client:
        await submit(client, "puk_u1_l1", 4)
        await submit(client, "puk_u1_l2", 5)
    today = await truth.fetchval("SELECT last_active_date FROM users WHERE id = $1", learner)
    days = [(learner, today - timedelta(days=back)) for back in (*range(6), 8, 9, 11, 12, 13, 15, 18, 19)]
    await truth.executemany("INSERT INTO activity_days VALUES ($1, $2) ON CONFLICT DO NOTHING", days)
    await truth.execute("UPDATE users SET streak = 6, longest_streak = 9 WHERE id = $1", learner)
    return learner
