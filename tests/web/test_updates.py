"""A new version of the app: taken when nothing can be lost by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser

from chaos.target.environment import free_port
from scout_os.core.store_urls import StoreUrls
from tests.service import serve
from tests.web.device import Device, device, until_true
from tests.web.lesson import begin_first_level, check, choose_first
from tests.web.releases import next_release

IS_NEXT = "document.querySelector('meta[name=release]')?.content === 'next'"
WAITS = "navigator.serviceWorker.getRegistration().then(it => it.waiting !== null)"
ASKS = "navigator.locks.query().then(it => it.pending.some(one => one.name === 'scout-os-busy'))"

ASK_FOR_FILES = "{ const asks = setInterval(() => fetch('icon.svg'), 5); setTimeout(() => clearInterval(asks), 3000); }"
"""Each starts the old worker again, if it was just stopped."""


class Host:
    """Where the app is served from: this release at first."""

    def __init__(self, stores: StoreUrls, directory: Path) -> None:
        self._stores, self._directory, self._port = stores, directory, free_port()
        self._running = ExitStack()
        self.url = self._serve(None)

    def upgrade(self) -> None:
        """Serve the next release instead, at the same address."""
        self.stop()
        self._serve(next_release(self._directory / "next"))

    def stop(self) -> None:
        self._running.close()

    def _serve(self, build: Path | None) -> str:
        running = serve(self._stores, self._directory, port=self._port, web_app="on", web_build=build)
        return self._running.enter_context(running).url


@pytest.fixture
def host(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Host]:
    running = Host(packed_stores, tmp_path)
    yield running
    running.stop()


@pytest.fixture
async def phone(host: Host, browser: Browser) -> AsyncIterator[Device]:
    """A phone that has this release."""
    async with device(browser, host.url) as here:
        await here.open()
        await here.until_kept()
        yield here


async def test_a_new_version_comes_by_itself(host: Host, phone: Device) -> None:
    """Opened again, the app comes from the device at once; the new version takes its place as soon as it is there."""
    host.upgrade()
    await phone.page.reload()
    await until_true(phone.page, IS_NEXT)


async def test_a_new_version_waits_for_the_end_of_a_lesson(host: Host, phone: Device) -> None:
    """While one window has a lesson open, no window is loaded again; after it, all are, though files are asked for."""
    await begin_first_level(phone)
    await choose_first(phone)
    other = await phone.another_window()
    await other.goto(host.url)
    host.upgrade()
    await other.evaluate("navigator.serviceWorker.getRegistration().then(it => it.update())")
    await until_true(other, WAITS)
    await until_true(other, ASKS)
    assert not await other.evaluate(IS_NEXT)
    assert await phone.page.get_by_role("radio").first.is_checked()
    await check(phone)
    await other.evaluate(ASK_FOR_FILES)
    await phone.page.go_back()
    newer = await phone.another_window()
    await newer.goto(host.url)
    for window in (other, phone.page, newer):
        await until_true(window, IS_NEXT)


async def test_the_app_works_without_a_worker(host: Host, browser: Browser) -> None:
    """Where the browser has no workers, as in some private windows, the app is the same as long as there is a network."""
    async with device(browser, host.url, service_workers="block") as phone:
        await phone.open()
        await begin_first_level(phone)
