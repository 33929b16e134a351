"""A learner's browser: Chromium with the app in it, used by what its semantics tree says, as a screen reader does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""No sandbox, because tests may run as root; WebGL in software, because they may run without a screen."""
SHOWN_MS = 15_000
SMALL, LARGE = (360, 640), (1440, 900)


def chromium() -> str:
    """The browser of this machine; `make test` sees to it that there is one."""
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    assert found, "no Chromium on this machine: run `make chromium`, or install it (Debian: apt install chromium)"
    return found


@contextmanager
def chromium_running() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)


@dataclass(frozen=True)
class Window:
    """One window with the app, its semantics tree switched on."""

    page: Page

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """What can be pressed under this name."""
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str))

    def press(self, name: str | re.Pattern[str]) -> None:
        self.button(name).first.click(timeout=SHOWN_MS)

    def fill(self, label: str, text: str) -> None:
        """Type into the field of this label, key by key as Flutter wants it."""
        field = self.page.get_by_label(label, exact=True)
        field.click(timeout=SHOWN_MS)
        expect(field).to_be_focused()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def sees(self, text: str | re.Pattern[str], *, within: float = SHOWN_MS / 1000) -> None:
        """The text is shown, or is the name of something shown."""
        expect(self.thing(text)).to_be_visible(timeout=within * 1000)

    def misses(self, text: str | re.Pattern[str], *, within: float = SHOWN_MS / 1000) -> None:
        """The text is no longer there."""
        expect(self.thing(text)).to_have_count(0, timeout=within * 1000)

    def thing(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_text(text).or_(self.page.get_by_label(text)).first

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=path)


@contextmanager
def window(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = SMALL,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Window]:
    """A window of its own: nothing kept from others, nothing fetched from elsewhere."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(SHOWN_MS)
    try:
        yield open_app(page, url)
    finally:
        context.close()


def open_app(page: Page, url: str) -> Window:
    """Load the app, and switch its semantics tree on as a screen reader would."""
    page.goto(url)
    return listen(page)


def listen(page: Page) -> Window:
    """Switch the semantics tree on, once the app is there."""
    page.wait_for_selector("flt-semantics-placeholder", state="attached")
    page.evaluate("document.querySelector('flt-semantics-placeholder').click()")
    page.wait_for_selector("flt-semantics", state="attached")
    return Window(page)
