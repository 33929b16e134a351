"""What the app may weigh, so that it opens on a cheap phone with a bad network."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scout_os.web_app import find_build
from tests.service import Service
from tests.web.device import Device, Line
from tests.web.lesson import begin_first_level

KIB = 1024
START_BYTES = 60 * KIB
CODE_BYTES = 90 * KIB
WORKER_BYTES = 12 * KIB
PACK_BYTES = 100 * KIB
FIRST_QUESTION_BYTES = 150 * KIB
"""With headers, font and everything that is fetched meanwhile."""


def test_the_code_is_small(capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts and styles that the first question needs, all of them, and the worker, which comes last; with gzip."""
    build = find_build()
    assert build is not None
    files = [path for path in (build / "assets").iterdir() if path.suffix in {".js", ".css"}]
    page = (build / "index.html").read_text()
    start = sum(compressed(path) for path in files if path.name in page)
    code = sum(compressed(path) for path in files)
    worker = compressed(build / "worker.js")
    with capsys.disabled():
        kib = {"start": start / KIB, "all": code / KIB, "worker": worker / KIB}
        print("\n" + ", ".join(f"{name} {size:.1f} KiB" for name, size in kib.items()))  # noqa: T201 - for whoever runs it
    assert start <= START_BYTES
    assert code <= CODE_BYTES
    assert worker <= WORKER_BYTES


async def test_the_whole_pack_is_small(app: Service, capsys: pytest.CaptureFixture[str]) -> None:
    """All sections with their questions, as a device downloads them."""
    size = 0
    async with app.client() as client:
        for section in (await client.get("/training/sections")).json()["sections"]:
            path, headers = f"/training/sections/{section['id']}/content", {"Accept-Encoding": "gzip"}
            async with client.stream("GET", path, headers=headers) as answer:
                assert answer.headers["content-encoding"] == "gzip"
                size += len(b"".join([part async for part in answer.aiter_raw()]))
    with capsys.disabled():
        print(f"\npack {size / KIB:.1f} KiB, gzipped")  # noqa: T201 - for whoever runs it
    assert size <= PACK_BYTES


async def test_the_first_question_comes_over_a_slow_line(
    phone: Device, line: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    """400 kbit/s, 400 ms to and fro, a CPU four times slower, and nothing on the phone."""
    await phone.slow_down()
    began = time.monotonic()
    await phone.open()
    await phone.page.get_by_role("heading").first.wait_for()
    first_screen = time.monotonic() - began
    await begin_first_level(phone)
    seconds, size = time.monotonic() - began, line.received
    with capsys.disabled():
        print(f"\nfirst screen {first_screen:.1f} s, first question {seconds:.1f} s, {size / KIB:.1f} KiB")  # noqa: T201 - for whoever runs it
    assert size <= FIRST_QUESTION_BYTES


def compressed(path: Path) -> int:
    """Its size with gzip; a short file is sent as it is."""
    twin = path.with_name(f"{path.name}.gz")
    return (twin if twin.exists() else path).stat().st_size
