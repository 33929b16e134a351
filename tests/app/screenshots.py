"""Pictures of every screen, in both sizes, languages and themes, into docs/images: `make screenshots`. No test by itself."""

from __future__ import annotations

import asyncio
import io
import re
from datetime import date, timedelta
from pathlib import Path

import asyncpg
import pytest
from PIL import Image
from playwright.async_api import Browser

from scout_os.core.store_urls import StoreUrls
from tests.app.browser import LARGE, SMALL, Window, window
from tests.app.layout import overlaps
from tests.app.learner import PASSWORD
from tests.app.network import behind_a_network
from tests.service import Service, attempt, serve

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SETTLE_SECONDS = 0.9
COLOURS = 96
"""Flat colours need no more, and the files stay small."""
NAMES = (
    *("Siti Rahma", "Agus Wijaya", "Dewi Lestari", "Rudi Hartono", "Putri Ayu", "Bayu Pratama", "Citra Kirana"),
    *("Eko Prasetyo", "Fitri Handayani", "Gilang Ramadhan", "Hana Safira", "Indra Gunawan"),
)
LEVELS = [f"{section}_u{unit}_l1" for section in ("puk", "ppgd", "nav", "tali", "sandi") for unit in range(1, 6)]
WORDS = {
    "id": (
        "Daftar",
        "Nama",
        "Nama pengguna",
        "Kata sandi",
        "Mulai",
        "Lanjut",
        "Lewati",
        "Kirim jawaban",
        "Kembali ke peta",
    ),
    "en": ("Sign up", "Name", "Username", "Password", "Start", "Next", "Skip", "Send answers", "Back to the path"),
}
MORE_WORDS = {
    "id": ("Keluar dari latihan", "Lanjut berlatih", "Benar", "Jawabanmu"),
    "en": ("Leave the practice", "Go on", "True", "Your answer"),
}
MENU = {"id": ("Belajar", "Peringkat", "Profil"), "en": ("Learn", "Leaderboard", "Profile")}


class Camera:
    """Takes each screen in both themes, and looks whether its texts keep clear of each other."""

    def __init__(self, here: Window, kind: str) -> None:
        self._here = here
        self._kind = kind
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


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
async def test_pictures(
    size: tuple[int, int], language: str, packed_stores: StoreUrls, tmp_path: Path, browser: Browser
) -> None:
    """Every screen with the training pack of this release."""
    IMAGES.mkdir(exist_ok=True)
    start, go_on, skip, send, to_path = WORDS[language][4:]
    with serve(packed_stores, tmp_path) as service:
        await others(service)
        with behind_a_network(service) as (network, site):
            async with window(browser, site, size=size) as here:
                camera = Camera(here, kind_of(size, language))
                await sign_up(here, language, camera)
                await history(service, packed_stores, ["puk_u1_l1", "puk_u1_l2"])
                await here.menu(MENU[language][2])
                await here.menu(MENU[language][0])
                await here.sees(re.compile("^Level 3: "))
                await camera.take("path", settle=1.2)
                await here.press_when_still(re.compile("^Level 3: "))
                await camera.take("level")
                await here.press(start)
                for number in range(1, 6):
                    await here.sees(re.compile(rf"\b{number} (dari|of) 5$"))
                    await camera.take(f"question-{number}")
                    first = here.button(re.compile(r"^A\. "))
                    if await first.count():
                        await first.click()
                        await here.press(send if number == 5 else go_on)
                    elif number < 5:
                        await here.press(skip)
                network.shut()
                await here.press(send if await here.button(send).is_enabled() else skip)
                await here.sees(re.compile("aman di perangkat|are safe on this"))
                await camera.take("waiting")
                network.toxics.clear()
                await here.press(re.compile("^(Kirim sekarang|Send now)$"))
                await here.sees(re.compile("dari 5 benar|of 5 right"))
                await camera.take("result-failed")
                await here.press(to_path)
                await here.menu(MENU[language][1])
                await here.sees(re.compile("^(Kamu, peringkat|You, rank)"))
                await camera.take("board", settle=1.2)
                await here.menu(MENU[language][2])
                await here.sees(re.compile("^(Hari aktif|Active days)$"))
                await camera.take("profile")
                network.shut()
                await here.menu(MENU[language][0])
                await here.sees(re.compile("^(Tidak tersambung|No connection)$"))
                await camera.take("offline")
                assert camera.found == []


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
async def test_more_pictures(size: tuple[int, int], language: str, site: str, browser: Browser) -> None:
    """What the training pack has no questions for, going away from one, and a level passed."""
    start, go_on, _, send, to_path = WORDS[language][4:]
    leave, stay, true, answer = MORE_WORDS[language]
    async with window(browser, site, size=size) as here:
        camera = Camera(here, kind_of(size, language))
        await sign_up(here, language)
        await here.press_when_still(re.compile("^Level 1: (Simpul Pertama|The First Knot)"))
        await here.press(start)
        await here.press(re.compile(r"^[A-C]\. Simpul mati$"))
        await here.press(leave)
        await here.sees(f"{leave}?")
        await camera.take("leave")
        await here.press(stay)
        await here.press(go_on)
        await here.press(true)
        await here.sees(re.compile(f"^{true}, "))
        await camera.take("question-true-false")
        await here.press(go_on)
        await here.fill(answer, "pangkal")
        await here.press(send)
        await here.sees("+10 XP")
        await camera.take("result-passed", settle=1.2)
        await here.press(to_path)
        await here.press_when_still(re.compile("^Level 1: Ikatan Palang"))
        await here.press(start)
        await here.sees(re.compile(r"\b1 (dari|of) 1$"))
        await camera.take("question-ordering")
        assert camera.found == []


def kind_of(size: tuple[int, int], language: str) -> str:
    """What distinguishes the files of one run."""
    return f"{'small' if size == SMALL else 'large'}-{language}"


async def sign_up(here: Window, language: str, camera: Camera | None = None) -> None:
    """From the first screen to the path."""
    register, name, username, password = WORDS[language][:4]
    if language == "en":
        await here.press("English")
        await here.sees("Welcome back, Scout!")
    if camera is not None:
        await camera.take("sign-in")
    await here.press(register)
    await here.fill(name, "Budi Santoso")
    await here.fill(username, "budi")
    await here.fill(password, PASSWORD)
    if camera is not None:
        await camera.take("sign-up")
    await here.press(register)
    await here.sees(re.compile("^Level 1: "))


async def others(service: Service) -> None:
    """A board worth looking at."""
    async with service.client() as client:
        for place, name in enumerate(NAMES):
            body = {"name": name, "username": name.lower().replace(" ", "."), "password": PASSWORD}
            answer = await client.post("/auth/register", json=body)
            token = answer.json()["data"]["access_token"]
            for level_id in LEVELS[: 22 - 2 * place if place != 4 else 16]:
                headers = {"Authorization": f"Bearer {token}"}
                await client.post("/training/progress/submit", json=attempt(level_id, 5), headers=headers)


async def history(service: Service, stores: StoreUrls, levels: list[str]) -> None:
    """Levels that Budi has completed, and days on which he was active."""
    connection = await asyncpg.connect(stores.owner_database_url)
    try:
        budi = await connection.fetchval("SELECT id FROM users WHERE username = 'budi'")
        async with service.client(budi) as client:
            for correct, level_id in enumerate(levels, start=4):
                await client.post("/training/progress/submit", json=attempt(level_id, correct))
        today = await connection.fetchval("SELECT last_active_date FROM users WHERE id = $1", budi)
        days = [(budi, day) for day in active_days(today)]
        await connection.executemany("INSERT INTO activity_days VALUES ($1, $2) ON CONFLICT DO NOTHING", days)
        await connection.execute("UPDATE users SET streak = 6, longest_streak = 9 WHERE id = $1", budi)
    finally:
        await connection.close()


def active_days(today: date) -> list[date]:
    return [today - timedelta(days=back) for back in (*range(6), 8, 9, 11, 12, 13, 15, 18, 19)]
