"""The whole way without a mouse, by what a screen reader hears."""

from __future__ import annotations

import re

from playwright.async_api import Browser, Page

from tests.app.browser import window
from tests.app.learner import Learner
from tests.service import Service, attempt, until

STEPS = 40
PERSON_MS = 300
"""Flutter learns of the browser's focus a moment later than the browser; no person presses two keys within it."""
FOCUS_SECONDS = 5
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


async def test_the_other_three_types_by_keyboard(lessons: Service, site: str, browser: Browser) -> None:
    """Steps, words and pairs are answered by Tab and Enter; a step that moves takes the focus along, and can move on at once."""
    async with window(browser, site) as here:
        keys, budi = Keys(here.page), Learner(here)
        await budi.register("Budi Santoso", "budi")
        async with lessons.client(1) as client:
            await client.post("/training/progress/submit", json=attempt("simpul_u1_l1", 3, total=3))
        await budi.begin("Level 1: Ikatan Palang, terbuka")
        [first, *_, last] = await budi.order()
        await keys.press(f"Turunkan {first}")
        await keys.is_at(f"Turunkan {first}")
        while (await budi.order())[0] != last:
            await keys.press(f"Naikkan {last}")
            await keys.is_at(re.compile(f"(Naik|Turun)kan {last}"))
        await keys.is_at(f"Turunkan {last}")
        await keys.press("Kirim jawaban")
        await here.sees(re.compile("dari 1 benar"))
        await here.press("Kembali ke peta")
        await budi.begin("Level 2: Menyusun Kalimat, terbuka")
        await keys.press("Pakai kata siap")
        await keys.press("Pakai kata selalu")
        await keys.press("Lanjut")
        await here.sees("Soal 2 dari 2")
        await keys.press("Kiri: Simpul anyam")
        await keys.press("Kanan: tali tak sama besar")
        await keys.press("Kiri: Simpul kembar")
        await keys.press("Kanan: tali licin")
        await keys.press("Kirim jawaban")
        await here.sees("+15 XP")


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

    async def is_at(self, name: str | re.Pattern[str]) -> None:
        """Fails if the focus is not on `name` within a moment."""

        async def there() -> bool:
            return await self._is_at(name)

        try:
            await until(there, seconds=FOCUS_SECONDS)
        except AssertionError as error:
            error.add_note(f"the focus is on {await self._focused()!r}")
            raise

    async def _is_at(self, name: str | re.Pattern[str]) -> bool:
        wanted = re.compile(f"{re.escape(name)}(\n|$)") if isinstance(name, str) else name
        return wanted.match(await self._focused()) is not None

    async def _focused(self) -> str:
        return str(await self._page.evaluate(FOCUSED))
