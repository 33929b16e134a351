"""The whole way without a mouse, by what a screen reader hears."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.async_api import Browser

from tests.app.browser import Window, window
from tests.app.learner import PASSWORD, Learner
from tests.service import until

STEPS = 40
PERSON_MS = 300
"""Flutter learns of the browser's focus a moment later than the browser; no person presses two keys within it."""
FOCUS_SECONDS = 5
NAMELESS = "(nameless)"
FOCUSED = """() => { const e = document.activeElement;
    if (!e || !e.closest('flt-semantics-host, flt-text-editing-host')) return '';
    return (e.getAttribute('aria-label') || e.innerText || '').trim() || '(nameless)'; }"""


async def test_the_whole_way_by_keyboard_alone(site: str, browser: Browser) -> None:
    """Tab, Enter and letters lead from signing up through all six types to the board; each stop has a name.

    A step that moves takes the focus along, and can move on at once.
    """
    async with window(browser, site) as here:
        keys = Keys(here.page)
        budi = Learner(keys)
        await keys.press("Daftar")
        await keys.sees("Ayo bergabung!")
        for label, text in (("Nama", "Budi Santoso"), ("Nama pengguna", "budi"), ("Kata sandi", "rahasia123")):
            await keys.fill(label, text)
        await keys.page.keyboard.press("Enter")
        await keys.sees(re.compile("Kata sandi: 8 sampai 128 huruf, dan tidak mudah ditebak"))
        await keys.fill("Kata sandi", PASSWORD)
        await keys.page.keyboard.press("Enter")
        await keys.sees("Peta belajar")
        await budi.begin("Level 1: Simpul Pertama, terbuka")
        await budi.answer_all("simpul_u1_l1")
        await budi.send()
        await keys.sees("+10 XP")
        await keys.sees("Level terbuka: Menyusun Kalimat")
        await keys.press("Level berikutnya")
        await budi.answer_all("simpul_u1_l2")
        await budi.send()
        await keys.sees("+15 XP")
        await keys.press("Kembali ke peta")
        await budi.begin("Level 1: Ikatan Palang, terbuka")
        [first, *_, last] = await budi.order()
        await keys.press(f"Turunkan {first}")
        await keys.is_at(f"Turunkan {first}")
        while (await budi.order())[0] != last:
            await keys.press(f"Naikkan {last}")
            await keys.is_at(re.compile(f"(Naik|Turun)kan {last}"))
        await keys.is_at(f"Turunkan {last}")
        await budi.send()
        await keys.sees(re.compile("dari 1 benar"))
        await keys.press("Kembali ke peta")
        await keys.press("Peringkat")
        await keys.sees(re.compile("^Kamu, peringkat 1: Budi Santoso, Siaga Mula, "))
        assert NAMELESS not in keys.heard, "something that takes the focus says nothing"


@dataclass(frozen=True)
class Keys(Window):
    """A window used by Tab and Enter alone."""

    heard: list[str] = field(default_factory=list)

    async def reach(self, name: str | re.Pattern[str]) -> None:
        """Tab until what has the focus is called `name`."""
        for _ in range(STEPS):
            if await self._is_at(name):
                return
            self.heard.append(await self._focused())
            await self.page.keyboard.press("Tab")
            await self.page.wait_for_timeout(20)
        raise AssertionError(f"the focus did not come to {name!r}: {self.heard[-STEPS:]}")

    async def press(self, name: str | re.Pattern[str]) -> None:
        """Enter on what is called `name`; once more if nothing came of it, as a person would on a slow machine."""
        for _ in range(2):
            await self._reach_for_good(name)
            await self.page.keyboard.press("Enter")
            await self.page.wait_for_timeout(2 * PERSON_MS)
            if not await self._is_at(name):
                return

    async def _reach_for_good(self, name: str | re.Pattern[str]) -> None:
        """The app may still be moving the focus on from the step before."""
        for _ in range(STEPS):
            await self.reach(name)
            await self.page.wait_for_timeout(PERSON_MS)
            if await self._is_at(name):
                return

    async def press_when_still(self, name: str | re.Pattern[str]) -> None:
        await self.press(name)

    async def fill(self, label: str, text: str) -> None:
        await self.reach(label)
        await self.type(label, text)

    async def is_at(self, name: str | re.Pattern[str]) -> None:
        """Fails if the focus is not on `name` within a moment."""
        await until(lambda: self._is_at(name), seconds=FOCUS_SECONDS)

    async def _is_at(self, name: str | re.Pattern[str]) -> bool:
        wanted = re.compile(f"{re.escape(name)}(\n|$)") if isinstance(name, str) else name
        return wanted.match(await self._focused()) is not None

    async def _focused(self) -> str:
        return str(await self.page.evaluate(FOCUSED))
