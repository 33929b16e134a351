"""The whole way without a mouse, by what a screen reader hears."""

from __future__ import annotations

import re

from playwright.async_api import Browser, Page

from tests.app.browser import window

STEPS = 40
PERSON_MS = 300
"""Flutter learns of the browser's focus a moment later than the browser; no person presses two keys within it."""
NAMELESS = "(nameless)"
FOCUSED = """() => { const e = document.activeElement;
    if (!e || !e.closest('flt-semantics-host, flt-text-editing-host')) return '';
    return (e.getAttribute('aria-label') || e.innerText || '').trim() || '(nameless)'; }"""


async def test_the_whole_way_by_keyboard_alone(site: str, browser: Browser) -> None:
    """Tab, Enter and letters lead from signing up through a level of three types to the board; each stop has a name."""
    async with window(browser, site) as here:
        keys = Keys(here.page)
        await keys.press("Daftar")
        await here.sees("Ayo bergabung!")
        for label, text in (("Nama", "Budi Santoso"), ("Nama pengguna", "budi"), ("Kata sandi", "rahasia123")):
            await keys.reach(label)
            await here.type(label, text)
        await here.page.keyboard.press("Enter")
        await here.sees(re.compile("Kata sandi: 8 sampai 128 huruf, dan tidak mudah ditebak"))
        await keys.reach("Kata sandi")
        await here.type("Kata sandi", "tunas-kelapa-1961")
        await here.page.keyboard.press("Enter")
        await here.sees("Peta belajar")
        await keys.press("Level 1: Simpul Pertama, terbuka")
        await here.sees("Lulus memberi 10 XP.")
        await keys.press("Mulai")
        await here.sees("Soal 1 dari 3")
        await keys.press(re.compile(r"[A-C]\. Simpul mati"))  # where among the others is drawn anew for each attempt
        await here.sees(re.compile(r"^[A-C]\. Simpul mati, dipilih$"))
        await keys.press("Lanjut")
        await here.sees("Soal 2 dari 3")
        await keys.press("Benar")
        await here.sees("Benar, dipilih")
        await keys.press("Lanjut")
        await here.sees("Soal 3 dari 3")
        await keys.reach("Jawabanmu")
        await here.type("Jawabanmu", "pangkal")
        await keys.press("Kirim jawaban")
        await here.sees("+10 XP")
        await keys.press("Kembali ke peta")
        await here.sees("Total 10 XP")
        await keys.press("Peringkat")
        await here.sees("Kamu, peringkat 1: Budi Santoso, Siaga Mula, 10 XP")
        assert NAMELESS not in keys.heard, "something that takes the focus says nothing"


class Keys:
    """Tab and Enter."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heard: list[str] = []

    async def reach(self, name: str | re.Pattern[str]) -> None:
        """Tab until what has the focus is called `name`."""
        for _ in range(STEPS):
            if await self._is_at(name):
                return
            self.heard.append(await self._focused())
            await self._page.keyboard.press("Tab")
            await self._page.wait_for_timeout(20)
        raise AssertionError(f"the focus did not come to {name!r}: {self.heard[-STEPS:]}")

    async def press(self, name: str | re.Pattern[str]) -> None:
        """Enter on what is called `name`; once more if nothing came of it, as a person would on a slow machine."""
        for _ in range(2):
            await self.reach(name)
            await self._page.wait_for_timeout(PERSON_MS)
            await self._page.keyboard.press("Enter")
            await self._page.wait_for_timeout(2 * PERSON_MS)
            if not await self._is_at(name):
                return

    async def _is_at(self, name: str | re.Pattern[str]) -> bool:
        wanted = re.compile(f"{re.escape(name)}(\n|$)") if isinstance(name, str) else name
        return wanted.match(await self._focused()) is not None

    async def _focused(self) -> str:
        return str(await self._page.evaluate(FOCUSED))
