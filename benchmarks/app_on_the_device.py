"""How long a learner waits for the app on a cheap phone: `python -m benchmarks.app_on_the_device`.

Chromium with the CPU slowed down four times, on a line of 400 kbit/s and 400 ms, opens the app as somebody who has
never been here, learns, and opens it again without a network. Times are of this machine, and depend on what else it does.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from scout_os.migrations import migrate
from tests.servers import load_content, passing_servers
from tests.service import Service, serve
from tests.web.browser import ARGUMENTS, chromium
from tests.web.device import SLOW_CPU, Device, Line, device, line_to

ROUNDS = 5
LESSON = "#/lesson/puk_u1_l1"
NEXT_LESSON = "#/lesson/puk_u2_l1"
QUESTION = "#question"
LONGEST_MS = 60_000
SHORTEST_MS = 16.0
WATCH = """new PerformanceObserver((list) => {
    for (const it of list.getEntries()) (window.taps ??= []).push(it.duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true })"""
"""Event Timing: milliseconds from a touch to the next picture that shows what came of it; below 16 it is not told."""


def main() -> None:
    """Print the table."""
    with _service() as service:
        asyncio.run(_measure(service))


async def _measure(service: Service) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        rows = {
            "cold, slow line and CPU": [await _cold(browser, service, slow=True) for _ in range(ROUNDS)],
            "cold, fast line": [await _cold(browser, service, slow=False) for _ in range(ROUNDS)],
            "again without a network, slow CPU": [await _again(browser, service) for _ in range(ROUNDS)],
        }
        print(f"first question, median (most) of {ROUNDS}")
        for name, found in rows.items():
            seconds = [it[0] for it in found]
            size = f", {max(it[1] for it in found) / 1000:.0f} KB" if found[0][1] else ""
            print(f"  {name}: {statistics.median(seconds):.2f} s ({max(seconds):.2f} s){size}")
        print(f"touch to picture, CPU {SLOW_CPU} times slower, median (most) of {ROUNDS}")
        for network in ("with", "without"):
            for name, touches in (await _taps(browser, service, has_network=network == "with")).items():
                print(f"  {name}, {network} a network: {statistics.median(touches):.0f} ms ({max(touches):.0f} ms)")
        await browser.close()


async def _cold(browser: Browser, service: Service, *, slow: bool) -> tuple[float, int]:
    """Seconds to the first question of a new phone, and bytes that it received.

    Without the worker: it comes after the content, but Chromium does not slow down what workers fetch.
    """
    async with _phone(browser, service, service_workers="block") as (line, here):
        if slow:
            await here.slow_down()
        seconds = await _open(here, LESSON)
        return seconds, line.received


async def _again(browser: Browser, service: Service) -> tuple[float, int]:
    """The same with everything on the device and the line cut."""
    async with _phone(browser, service) as (line, here):
        await _open(here, LESSON)
        await _settle(here)
        line.shut()
        again = replace(here, page=await here.another_window())
        await here.page.close()
        await again.slow_down()
        return await _open(again, NEXT_LESSON), 0


async def _taps(browser: Browser, service: Service, *, has_network: bool) -> dict[str, list[float]]:
    """Milliseconds of each touch in a question."""
    found: dict[str, list[float]] = {"option to mark": [], "check to verdict": [], "next to question": []}
    for _ in range(ROUNDS):
        async with _phone(browser, service) as (line, here):
            await _open(here, LESSON)
            await _settle(here)
            if not has_network:
                line.shut()
            await here.slow_down()
            await here.page.evaluate(WATCH)
            found["option to mark"].append(await _touch(here, lambda: here.page.locator(".option").nth(1).click()))
            found["check to verdict"].append(await _touch(here, lambda: here.press("Periksa")))
            found["next to question"].append(await _touch(here, lambda: here.press("Lanjut")))
    return found


async def _touch(here: Device, touch: Callable[[], Awaitable[None]]) -> float:
    """The longest event of a touch, in milliseconds."""
    await here.page.evaluate("window.taps = []")
    await touch()
    await asyncio.sleep(0.5)
    taps: list[float] = await here.page.evaluate("window.taps")
    return max(taps, default=SHORTEST_MS)


async def _open(here: Device, route: str) -> float:
    """Seconds until a question is there."""
    began = time.monotonic()
    await here.page.goto(f"{here.url}/{route}", wait_until="commit", timeout=LONGEST_MS)
    await here.page.wait_for_selector(QUESTION, timeout=LONGEST_MS)
    return time.monotonic() - began


async def _settle(here: Device) -> None:
    """Until the app and its first section are kept on the device."""
    await here.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    await here.page.wait_for_load_state("networkidle")


@asynccontextmanager
async def _phone(browser: Browser, service: Service, **options: Any) -> AsyncIterator[tuple[Line, Device]]:
    """A new phone and its line. `options` are Playwright's."""
    with line_to(service.url) as line:
        async with device(browser, line.url, **options) as here:
            yield line, here


@contextmanager
def _service() -> Iterator[Service]:
    """The service with the training pack and the app."""
    with tempfile.TemporaryDirectory() as directory, passing_servers(Path(directory) / "servers") as urls:
        migrate(urls.owner_database_url, urls.database_url)
        load_content(urls.database_url)
        with serve(urls, Path(directory), web_app="on") as running:
            yield running


if __name__ == "__main__":
    main()
