"""A learner's browser: Chromium with the app in it, used by what its semantics tree says, as a screen reader does."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser, Locator, Page, expect
from playwright.async_api import Error as PlaywrightError

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-watchdog",
]
"""No sandbox, because tests may run as root; WebGL in software, because they may run without a screen,
and not to be given up when a busy machine makes it slow."""
SHOWN_MS = 15_000
TYPING_TRIES = 4
SETTLE_SECONDS = 0.15
STILL_SECONDS = 0.4
SMALL, MIDDLE, LARGE = (360, 640), (900, 640), (1440, 900)

EDITED_ASIDE = "document.activeElement.matches('input.flt-text-editing')"
SAID = """() => [...document.querySelectorAll('flt-semantics-host *')]
    .map(e => [e.getAttribute('role') || e.tagName, e.getAttribute('aria-label') || '',
               e.childElementCount ? '' : e.innerText || e.value || ''])
    .filter(([role, label, text]) => label || text).map(parts => parts.join(' | '))"""
"""Everything that the semantics tree says, in order: role, name, text."""


def chromium() -> str:
    """The browser of this machine; `make test` sees to it that there is one."""
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    assert found, "no Chromium on this machine: run `make chromium`, or install it (Debian: apt install chromium)"
    return found


@dataclass(frozen=True)
class Window:
    """One window with the app, its semantics tree switched on."""

    page: Page

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """What can be pressed under this name."""
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str))

    async def press(self, name: str | re.Pattern[str]) -> None:
        await self.button(name).first.click(timeout=SHOWN_MS)

    async def press_when_still(self, name: str | re.Pattern[str]) -> None:
        """Press it once it stands still: the path scrolls by itself a moment after it is shown."""
        button, before = self.button(name).first, None
        while (now := await button.bounding_box()) != before:
            before = now
            await asyncio.sleep(STILL_SECONDS)
        await button.click()

    async def menu(self, name: str) -> None:
        """Choose from the main menu: tabs at the bottom of a small window, buttons at the side of a large one."""
        await self.page.get_by_role("tab", name=name).or_(self.button(re.compile(f"^{name}"))).first.click()

    async def fill(self, label: str, text: str) -> None:
        """Click the field of this label and type into it; again where Flutter, busy with a new screen, did not hear it."""
        field = self.page.get_by_label(label, exact=True)
        for _ in range(TYPING_TRIES):
            await field.click(timeout=SHOWN_MS)
            with suppress(AssertionError):
                await self.type(label, text)
                return
            await field.blur()
        await expect(field).to_have_value(text)

    async def type(self, label: str, text: str) -> None:
        """Type into the field that has the focus. Flutter takes keys a moment later, which no person notices.

        A field that had the focus before the semantics tree was there is edited in an element that Flutter keeps aside.
        """
        field = self.page.get_by_label(label, exact=True)
        try:
            await expect(field).to_be_focused()
        except AssertionError:
            if not await self.page.evaluate(EDITED_ASIDE):
                raise
        for _ in range(TYPING_TRIES):
            await asyncio.sleep(SETTLE_SECONDS)
            await self.page.keyboard.press("Control+A")
            await self.page.keyboard.type(text)
            await asyncio.sleep(SETTLE_SECONDS)
            if await field.input_value() == text:
                return
        await expect(field).to_have_value(text)

    async def sees(self, text: str | re.Pattern[str], *, within: float = SHOWN_MS / 1000) -> None:
        """The text is shown, or is the name of something shown."""
        await expect(self.thing(text)).to_be_visible(timeout=within * 1000)

    async def misses(self, text: str | re.Pattern[str], *, within: float = SHOWN_MS / 1000) -> None:
        """The text is no longer shown."""
        await expect(self.thing(text)).to_be_hidden(timeout=within * 1000)

    def thing(self, text: str | re.Pattern[str]) -> Locator:
        exact = isinstance(text, str)
        return self.page.get_by_text(text, exact=exact).or_(self.page.get_by_label(text, exact=exact)).first

    async def open(self, url: str) -> None:
        """Load the app into this window, and switch its semantics tree on as a screen reader would."""
        await self.page.goto(url)
        await self.listen()

    async def reload(self) -> None:
        await self.page.reload()
        await self.listen()

    async def listen(self) -> None:
        """Switch the semantics tree on, once the app is there."""
        await self.page.wait_for_selector("flt-semantics-placeholder", state="attached")
        await self.page.evaluate("document.querySelector('flt-semantics-placeholder').click()")
        await self.page.wait_for_selector("flt-semantics", state="attached")


@asynccontextmanager
async def window(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = SMALL,
    scheme: Literal["light", "dark"] = "light",
) -> AsyncIterator[Window]:
    """A window of its own: nothing kept from others, nothing fetched from elsewhere."""
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = await context.new_page()
    page.set_default_timeout(SHOWN_MS)
    try:
        here = Window(page)
        if url != "about:blank":
            await here.open(url)
        yield here
    except Exception as error:
        with suppress(PlaywrightError):  # the page itself may be gone
            error.add_note("The screen said:\n" + "\n".join(await page.evaluate(SAID)))
        raise
    finally:
        await context.close()
