"""What the app may weigh, so that it opens on a cheap phone with a bad network."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.async_api import Browser

from scout_os.web_app import find_build
from tests.service import Service
from tests.web.device import Device, Line, device
from tests.web.lesson import begin_first_level

KIB = 1024
START_BYTES = 56 * KIB
"""Scripts and styles that the first question needs."""
SCRIPT_BYTES = 70 * KIB
"""All scripts of the app with their libraries and the Indonesian texts."""
ENGLISH_BYTES = 8 * KIB
"""On top, for those who chose English."""
STYLE_BYTES = 12 * KIB
WORKER_BYTES = 12 * KIB
PACK_BYTES = 100 * KIB
"""In Indonesian alone; English is a third more, and comes to those who chose it."""
FIRST_QUESTION_BYTES = 150 * KIB
"""With headers and font."""
ALL_BYTES = 220 * KIB


def test_the_code_is_small(capsys: pytest.CaptureFixture[str]) -> None:
    """As it is sent with gzip, libraries included. Content, font and pictures are not code."""
    build = find_build()
    assert build is not None
    files = {path.name: compressed(path) for path in (build / "assets").iterdir() if path.suffix in {".js", ".css"}}
    page = (build / "index.html").read_text()
    english = {name for name in files if "texts_en" in name}
    assert len(english) == 1
    sizes = {
        "start": (sum(size for name, size in files.items() if name in page), START_BYTES),
        "scripts": (sum(files[name] for name in files.keys() - english if name.endswith(".js")), SCRIPT_BYTES),
        "English": (sum(files[name] for name in english), ENGLISH_BYTES),
        "styles": (sum(size for name, size in files.items() if name.endswith(".css")), STYLE_BYTES),
        "worker": (compressed(build / "worker.js"), WORKER_BYTES),
    }
    with capsys.disabled():
        print("\n" + ", ".join(f"{name} {size / KIB:.1f} KiB" for name, (size, _) in sizes.items()))  # noqa: T201 - for whoever runs it
    assert [name for name, (size, most) in sizes.items() if size > most] == []


async def test_the_whole_pack_is_small(app: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """All sections with their questions, as a device downloads them."""
    size = 0
    async with app.client() as client:
        for section in (await client.get("/training/sections")).json()["sections"]:
            path = f"/training/sections/{section['id']}/content?english=false"
            headers = {"Accept-Encoding": "gzip"}
            async with client.stream("GET", path, headers=headers) as answer:
                assert answer.headers["content-encoding"] == "gzip"
                size += len(b"".join([part async for part in answer.aiter_raw()]))
    with capsys.disabled():
        print(f"\npack {size / KIB:.1f} KiB, gzipped")  # noqa: T201 - for whoever runs it
    assert size <= PACK_BYTES


async def test_the_first_question_comes_over_a_slow_line(
    browser: Browser, line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    """400 kbit/s, 400 ms to and fro, a CPU four times slower, and nothing on the phone; the worker comes later."""
    asked: list[str] = []
    async with device(browser, line.url, service_workers="block") as phone:
        phone.page.on("request", lambda request: asked.append(request.url.removeprefix(line.url)))
        await phone.slow_down()
        began = time.monotonic()
        await phone.open()
        await phone.page.get_by_role("heading").first.wait_for()
        first_screen = time.monotonic() - began
        await begin_first_level(phone)
        seconds, size = time.monotonic() - began, line.received
    told = f"first screen {first_screen:.1f} s, first question {seconds:.1f} s, {size / KIB:.1f} KiB"
    with capsys.disabled():
        print(f"\n{told}")  # noqa: T201 - for whoever runs it
    assert size <= FIRST_QUESTION_BYTES
    assert len([path for path in asked if "/content" in path]) == 1
    assert not [path for path in asked if "texts_en" in path]


async def test_the_worker_comes_after_the_first_content(phone: Device, line: Line) -> None:
    """It must not take the line from what is waited for; with it, everything that works without a network is there."""
    seen: list[str] = []
    phone.context.on("request", lambda request: seen.append(f"begins {request.url.removeprefix(line.url)}"))
    phone.context.on("requestfinished", lambda request: seen.append(f"ends {request.url.removeprefix(line.url)}"))
    await phone.open()
    await phone.until_kept()
    content = next(place for place, event in enumerate(seen) if event.startswith("ends") and "/content" in event)
    assert content < seen.index("begins /worker.js")
    assert line.received <= ALL_BYTES


def compressed(path: Path) -> int:
    """Its size with gzip; a short file is sent as it is."""
    twin = path.with_name(f"{path.name}.gz")
    return (twin if twin.exists() else path).stat().st_size
