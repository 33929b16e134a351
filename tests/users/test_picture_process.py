"""The work on one upload is bounded, whatever the file is."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from scout_os.core.bulkhead import Overloaded
from scout_os.core.problems import Unavailable
from scout_os.users.picture_process import PictureProcesses
from scout_os.users.pictures import REFUSALS
from scout_os.users.problems import PictureInvalid, PictureTooDetailed
from tests.service import until
from tests.users.wild import FAST, Wild, halves, scans, wild_pictures

MAX_CPU_SECONDS = 2.0
COSTLY = (6000, 4000), 2, 3640
"""A progressive JPEG of 420 kB; to decode it takes a minute and more."""


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[PictureProcesses]:
    """On a machine that is busy with other tests, which may need longer for the CPU time that a process may use."""
    monkeypatch.setattr("scout_os.users.picture_process.SECONDS", 120.0)
    opened = PictureProcesses()
    yield opened
    opened.close()


@pytest.mark.parametrize("seed", range(4))
async def test_the_worst_of_two_hundred_wild_pictures_takes_two_seconds(processes: PictureProcesses, seed: int) -> None:
    """Endless scans, chunks and frames, false sizes and broken profiles: refused or shown right, within the CPU time."""
    for wild in wild_pictures(seed, 50):
        before = cpu_seconds()
        try:
            shown = await processes.convert(wild.content)
        except tuple(REFUSALS.values()):
            shown = b""
        assert cpu_seconds() - before <= MAX_CPU_SECONDS, wild.name
        assert not shown or is_right(shown, wild), wild.name


async def test_whole_large_pictures_are_shown(processes: PictureProcesses) -> None:
    """24 million pixels in each format, and a JPEG of 108 million, are no attack."""
    for kind, size in (("JPEG", (6000, 4000)), ("PNG", (6000, 4000)), ("WEBP", (6000, 4000)), ("JPEG", (12_000, 9000))):
        assert is_right(await processes.convert(halves(kind, size, **FAST[kind])), Wild(kind, b""))


async def test_after_a_costly_picture_the_next_is_shown(processes: PictureProcesses) -> None:
    """A process that was ended for its CPU time takes nothing with it; the reason is one of its own."""
    costly = asyncio.create_task(processes.convert(scans(*COSTLY)))
    plain = asyncio.create_task(processes.convert(halves("PNG", (60, 40))))
    with pytest.raises(PictureTooDetailed):
        await costly
    assert is_right(await plain, Wild("plain", b""))


async def test_a_decoder_that_crashes_refuses_its_picture_alone(processes: PictureProcesses) -> None:
    """A fault in a decoder ends a process of its own, and the picture counts as broken."""
    costly = asyncio.create_task(processes.convert(scans(*COSTLY)))
    await signalled(signal.SIGSEGV)
    with pytest.raises(PictureInvalid):
        await costly
    assert await processes.convert(halves("PNG", (60, 40)))


async def test_a_process_that_gets_no_cpu_is_given_up(
    processes: PictureProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stands still is ended after its time, and the upload may be tried again."""
    monkeypatch.setattr("scout_os.users.picture_process.SECONDS", 1.0)
    costly = asyncio.create_task(processes.convert(scans(*COSTLY)))
    await signalled(signal.SIGSTOP)
    with pytest.raises(Overloaded):
        await costly
    assert not children()


async def test_closing_ends_the_conversion_at_once(processes: PictureProcesses) -> None:
    """A service that ends does not wait for pictures."""
    costly = asyncio.create_task(processes.convert(scans(*COSTLY)))
    await until(is_running, seconds=10)
    began = time.monotonic()
    processes.close()
    with pytest.raises(Unavailable):
        await costly
    assert time.monotonic() - began < 1
    assert not children()
    with pytest.raises(Unavailable):
        await processes.convert(halves("PNG", (60, 40)))


def cpu_seconds() -> float:
    """Of all processes that ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def is_right(shown: bytes, wild: Wild) -> bool:
    """Whether the left half is red and the right half blue."""
    image = Image.open(BytesIO(shown))
    left, right = image.getpixel((30, 256)), image.getpixel((480, 256))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    return not wild.shows_halves or (left[0] > 200 > 50 > left[2] and right[2] > 200 > 50 > right[0])


def children() -> list[int]:
    """The processes that convert pictures for this one."""
    listed = " ".join(path.read_text() for path in Path("/proc/self/task").glob("*/children"))
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in listed.split()}
    return [child for child, line in lines.items() if b"scout_os.users.pictures" in line]


async def is_running() -> bool:
    return bool(children())


async def signalled(number: int) -> None:
    """Wait for the process, and send it a signal."""
    await until(is_running, seconds=10)
    os.kill(children()[0], number)
