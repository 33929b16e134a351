"""A learner's phone: Chromium with the web app in it, behind a network that can be slow, cut and measured."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, CDPSession, ConsoleMessage, FloatRect, Locator, Page, expect
from playwright.async_api import Error as PlaywrightError

from chaos.network.proxy import Proxy
from tests.service import until

SHOWN_MS = 15_000
expect.set_options(timeout=SHOWN_MS)  # Playwright's 5 s are too short for a busy machine
KEPT_SECONDS = 60
"""For all files of the app, on a busy machine."""
SMALL, MIDDLE, LARGE = (360, 640), (900, 640), (1440, 900)
SLOW_LINE = {"latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
"""Milliseconds to and fro, bytes a second."""
SLOW_CPU = 4
"""Times slower than this machine."""
_UNREACHABLE = re.compile(
    r"Failed to load resource: "
    r"(net::ERR_(INTERNET|CONNECTION|SOCKET|NETWORK|EMPTY|FAILED|CONTENT_LENGTH|INCOMPLETE)|.* status of 503)"
)
"""What Chromium logs where there is no network, or a service that is overloaded, whatever the app does."""


class Line(Proxy):
    """The network between phone and service: `url` is the service's address through it, `shut` cuts it."""

    def __init__(self, service_url: str) -> None:
        super().__init__(service_url, wire=lambda _: _Counted(self), abrupt=False)
        self.sent = self.received = 0
        """Bytes from and to the phone, headers included."""

    def open(self) -> None:
        """Let connections through again."""
        self.toxics.clear()


@dataclass
class _Counted:
    line: Line

    def from_client(self, data: bytes) -> tuple[bytes, bytes]:
        self.line.sent += len(data)
        return data, b""

    def from_server(self, data: bytes) -> tuple[bytes, bool]:
        self.line.received += len(data)
        return data, False


@contextmanager
def line_to(service_url: str) -> Iterator[Line]:
    """A line to the service, for the block."""
    line = Line(service_url)
    line.start()
    try:
        yield line
    finally:
        line.stop()


@dataclass(frozen=True)
class Device:
    """One browser profile, and the window that is looked at."""

    url: str
    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)
    """Errors on the console and exceptions that nobody caught. A test fails on any."""
    expected: list[str] = field(default_factory=list)
    """Regular expressions: problems that the test brings about, such as an answer 409."""

    async def open(self, route: str = "") -> None:
        """Load the app, at a route such as `#/board`."""
        await self.page.goto(f"{self.url}/{route}")

    async def sees(self, text: str | re.Pattern[str], *, within: float = SHOWN_MS / 1000) -> None:
        """The text is shown, or is the name of something shown."""
        exact = isinstance(text, str)
        shown = self.page.get_by_text(text, exact=exact).or_(self.page.get_by_label(text, exact=exact)).first
        await expect(shown).to_be_visible(timeout=within * 1000)

    async def shows(self, screen: str) -> None:
        """This screen is there: an address after `#` is followed a moment later, and until then the one before is."""
        await self.page.locator(f"[data-screen={screen}] h1").first.wait_for()

    async def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button or link of this name."""
        await self.control(name).first.click()

    def control(self, name: str | re.Pattern[str]) -> Locator:
        exact = isinstance(name, str)
        return self.page.get_by_role("button", name=name, exact=exact).or_(
            self.page.get_by_role("link", name=name, exact=exact)
        )

    async def until_kept(self) -> None:
        """Wait until the service worker has all files and serves this window."""
        await until_true(self.page, "navigator.serviceWorker.controller?.state === 'activated'", seconds=KEPT_SECONDS)

    async def set_offline(self, offline: bool) -> None:
        """Without a network, and told so: `navigator.onLine` follows. A `Line` that is shut is not told."""
        await self.context.set_offline(offline)

    async def slow_down(self) -> CDPSession:
        """The line and the CPU of a cheap phone, until the session is detached."""
        session = await self.context.new_cdp_session(self.page)
        await session.send("Network.enable")
        await session.send("Network.emulateNetworkConditions", {"offline": False, **SLOW_LINE})
        await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
        return session

    async def another_window(self) -> Page:
        """A second window of the same browser profile; its problems count as well."""
        page = await self.context.new_page()
        watch(page, self)
        return page


@asynccontextmanager
async def device(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = SMALL,
    scheme: Literal["light", "dark"] = "light",
    language: Literal["id", "en"] = "id",
    reduced_motion: bool = False,
    **options: Any,
) -> AsyncIterator[Device]:
    """A new phone, with nothing on it; after the block, no problem may have come up. `options` are Playwright's."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        locale={"id": "id-ID", "en": "en-GB"}[language],
        timezone_id="Asia/Jakarta",
        reduced_motion="reduce" if reduced_motion else "no-preference",
        **options,
    )
    page = await context.new_page()
    page.set_default_timeout(SHOWN_MS)
    here = Device(url, context, page)
    watch(page, here)
    try:
        yield here
    except Exception as error:
        error.add_note("\n".join(["The screen said:", await _said(page), "Problems:", *here.problems]))
        raise
    finally:
        await context.close()
    unexpected = [problem for problem in here.problems if not any(re.search(it, problem) for it in here.expected)]
    assert not unexpected, "\n".join(unexpected)


async def box(shown: Locator) -> FloatRect:
    """Where it is in the window."""
    found = await shown.bounding_box()
    assert found is not None, "it is not shown"
    return found


def watch(page: Page, here: Device) -> None:
    """Note the window's problems."""

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not _UNREACHABLE.match(message.text):
            here.problems.append(f"{message.text} ({message.location['url']})")

    page.on("console", note)
    page.on("pageerror", lambda error: here.problems.append(f"uncaught: {error}"))


async def until_true(page: Page, expression: str, *, seconds: float = SHOWN_MS / 1000) -> None:
    """Wait until the page evaluates `expression` as true.

    Playwright's `wait_for_function` needs `unsafe-eval`, which our pages do not allow.
    """

    async def is_true() -> bool:
        with suppress(PlaywrightError):  # it is being loaded again
            return bool(await page.evaluate(expression))
        return False

    await until(is_true, seconds=seconds)


async def _said(page: Page) -> str:
    try:
        return await page.locator("body").inner_text(timeout=1000)
    except PlaywrightError as error:  # the page itself may be gone
        return str(error)
