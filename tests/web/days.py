"""Days that pass for a service and for the phones before it, and a phone whose browser is closed between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import BrowserContext, Playwright

from tests.service import Service
from tests.web.browser import ARGUMENTS, chromium
from tests.web.device import SHOWN_MS, SMALL, Device, watch

HOME = ZoneInfo("Asia/Jakarta")


class Days:
    """Moves the service's clock and those of phones together."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._phones: list[BrowserContext] = []

    @property
    def now(self) -> datetime:
        return self._service.services.clock.now()

    async def begin(self) -> None:
        """Tomorrow at ten: after every token was made, and far from midnight."""
        tomorrow = datetime.now(HOME).date() + timedelta(days=1)
        await self._run(self._service.services.clock.set(datetime.combine(tomorrow, time(10), HOME)))

    async def follow(self, phone: BrowserContext) -> None:
        """From now on this phone's clock goes with the service's. Call it before its first page is loaded."""
        await phone.clock.install(time=self.now)
        self._phones.append(phone)

    async def forget(self, phone: BrowserContext) -> None:
        self._phones.remove(phone)

    async def go_by(self, **by: float) -> None:
        """Let time pass, given as the arguments of a `timedelta`."""
        await self._run(self._service.services.clock.advance(timedelta(**by)))
        for phone in self._phones:
            await phone.clock.set_system_time(self.now)

    async def read(self) -> None:
        """As long as somebody takes for a question."""
        await self.go_by(seconds=20)

    async def _run(self, change: Coroutine[Any, Any, None]) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(change, self._service.loop))


@asynccontextmanager
async def kept_phone(playwright: Playwright, directory: Path, url: str, days: Days) -> AsyncIterator[Device]:
    """A phone with the profile in `directory`; the browser is closed after the block, and the profile stays."""
    context = await playwright.chromium.launch_persistent_context(
        directory,
        executable_path=chromium(),
        args=ARGUMENTS,
        viewport={"width": SMALL[0], "height": SMALL[1]},
        locale="id-ID",
        timezone_id=HOME.key,
        color_scheme="light",
    )
    await days.follow(context)
    page = context.pages[0]
    page.set_default_timeout(SHOWN_MS)
    here = Device(url, context, page)
    watch(page, here)
    try:
        yield here
    finally:
        await days.forget(context)
        await context.close()
    assert here.problems == []
