"""Pictures of every screen, in both sizes, languages and themes, into docs/images: `make screenshots`. No test by itself."""

from __future__ import annotations

import asyncio
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser

from scout_app.texts import Language, Texts
from tests.app.browser import LARGE, SMALL, Window, window
from tests.app.layout import overlaps
from tests.app.learner import PASSWORD
from tests.app.network import behind_a_network
from tests.learners import give, give_all, submit
from tests.service import Service, Truth, add_learners

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SETTLE_SECONDS = 0.9
COLOURS = 96
"""Flat colours need no more, and the files stay small."""
NAMES = (
    *("Siti Rahma", "Agus Wijaya", "Dewi Lestari", "Rudi Hartono", "Putri Ayu", "Bayu Pratama", "Citra Kirana"),
    *("Eko Prasetyo", "Fitri Handayani", "Gilang Ramadhan", "Hana Safira", "Indra Gunawan"),
)


class Camera:
    """Takes each screen in both themes, and looks whether its texts keep clear of each other."""

    def __init__(self, here: Window, size: tuple[int, int], language: Language) -> None:
        self._here = here
        self._kind = f"{'small' if size == SMALL else 'large'}-{language}"
        self.found: list[str] = []
        """Texts that cover each other."""

    async def take(self, name: str, *, settle: float = SETTLE_SECONDS) -> None:
        for scheme in ("light", "dark"):
            await self._here.page.emulate_media(color_scheme=scheme)
            await self._here.page.mouse.move(1, 1)
            await asyncio.sleep(settle)
            picture = Image.open(io.BytesIO(await self._here.page.screenshot(timeout=60_000))).convert("RGB")
            small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            small.save(IMAGES / f"{name}-{self._kind}-{scheme}.png", optimize=True)
        self.found += [f"{name}: {pair}" for pair in await overlaps(self._here.page)]


each_kind = pytest.mark.parametrize(
    ("size", "language"), [(size, language) for size in (SMALL, LARGE) for language in ("id", "en")]
)


@each_kind
async def test_pictures(
    size: tuple[int, int], language: Language, service: Service, truth: Truth, browser: Browser
) -> None:
    """Every screen with the training pack of this release."""
    say = Texts(language)
    await others(truth)
    with behind_a_network(service) as (network, site):
        async with window(browser, site, size=size) as here:
            camera = Camera(here, size, language)
            await sign_up(here, language, camera)
            await history(service, truth)
            await here.menu(say("nav.profile"))
            await here.menu(say("nav.learn"))
            await here.sees(re.compile("^Level 3: "))
            await camera.take("path", settle=1.2)
            await here.press_when_still(re.compile("^Level 3: "))
            await camera.take("level")
            await here.press(say("path.start"))
            for number in range(1, 6):
                await here.sees(re.compile(rf"\b{number} (dari|of) 5$"))
                await camera.take(f"question-{number}")
                first = here.button(re.compile(r"^A\. "))
                if await first.count():
                    await first.click()
                    await here.press(say("practice.send" if number == 5 else "practice.next"))
                elif number < 5:
                    await here.press(say("practice.skip"))
            network.shut()
            send = say("practice.send")
            await here.press(send if await here.button(send).is_enabled() else say("practice.skip"))
            await here.sees(re.compile("aman di perangkat|are safe on this"))
            await camera.take("waiting")
            network.toxics.clear()
            await here.press(say("unsent.now"))
            await here.sees(re.compile("dari 5 benar|of 5 right"))
            await camera.take("result-failed")
            await here.press(say("result.map"))
            await here.menu(say("nav.board"))
            await here.sees(re.compile("^(Kamu, peringkat|You, rank)"))
            await camera.take("board", settle=1.2)
            await here.menu(say("nav.profile"))
            await here.sees(say("profile.calendar"))
            await camera.take("profile")
            network.shut()
            await here.menu(say("nav.learn"))
            await here.sees(say("offline.title"))
            await camera.take("offline")
            assert camera.found == []


@each_kind
async def test_more_pictures(size: tuple[int, int], language: Language, site: str, browser: Browser) -> None:
    """What the training pack has no questions for, going away from one, and a level passed."""
    say = Texts(language)
    async with window(browser, site, size=size) as here:
        camera = Camera(here, size, language)
        await sign_up(here, language)
        await here.press_when_still(re.compile("^Level 1: (Simpul Pertama|The First Knot)"))
        await here.press(say("path.start"))
        await here.press(re.compile(r"^[A-C]\. Simpul mati$"))
        await here.press(say("practice.leave"))
        await here.sees(say("practice.leave.title"))
        await camera.take("leave")
        await here.press(say("practice.leave.no"))
        await here.press(say("practice.next"))
        await here.press(say("practice.true"))
        await here.sees(re.compile(f"^{say('practice.true')}, "))
        await camera.take("question-true-false")
        await here.press(say("practice.next"))
        await here.fill(say("practice.answer"), "pangkal")
        await here.press(say("practice.send"))
        await here.sees("+10 XP")
        await camera.take("result-passed", settle=1.2)
        await here.press(say("result.map"))
        await here.press_when_still(re.compile("^Level 1: Ikatan Palang"))
        await here.press(say("path.start"))
        await here.sees(re.compile(r"\b1 (dari|of) 1$"))
        await camera.take("question-ordering")
        assert camera.found == []


async def sign_up(here: Window, language: Language, camera: Camera | None = None) -> None:
    """From the first screen to the path."""
    say = Texts(language)
    if language == "en":
        await here.press("English")
        await here.sees("Welcome back, Scout!")
    if camera is not None:
        await camera.take("sign-in")
    await here.press(say("account.register"))
    await here.fill(say("account.name"), "Budi Santoso")
    await here.fill(say("account.username"), "budi")
    await here.fill(say("account.password"), PASSWORD)
    if camera is not None:
        await camera.take("sign-up")
    await here.press(say("account.register"))
    await here.sees(re.compile("^Level 1: "))


async def others(truth: Truth) -> None:
    """A board worth looking at."""
    learners = await add_learners(truth, len(NAMES))
    await truth.executemany("UPDATE users SET name = $2 WHERE id = $1", zip(learners, NAMES, strict=True))
    await give_all(truth, {learner: 230 - 20 * place for place, learner in enumerate(learners) if place != 4})
    await give(truth, learners[4], 160)


async def history(service: Service, truth: Truth) -> None:
    """Levels that Budi has completed, and days on which he was active."""
    budi = await truth.fetchval("SELECT id FROM users WHERE username = 'budi'")
    async with service.client(budi) as client:
        await submit(client, "puk_u1_l1", 4)
        await submit(client, "puk_u1_l2", 5)
    today = await truth.fetchval("SELECT last_active_date FROM users WHERE id = $1", budi)
    days = [(budi, today - timedelta(days=back)) for back in (*range(6), 8, 9, 11, 12, 13, 15, 18, 19)]
    await truth.executemany("INSERT INTO activity_days VALUES ($1, $2) ON CONFLICT DO NOTHING", days)
    await truth.execute("UPDATE users SET streak = 6, longest_streak = 9 WHERE id = $1", budi)
