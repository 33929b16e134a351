"""Runs the conversion of pictures: each in a process of its own, which costs 0.1 s and is ended if it takes too much.

Why: docs/decisions/0027-pictures.md.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import structlog

from scout_os.core.bulkhead import Bulkhead, Overloaded
from scout_os.core.problems import Unavailable
from scout_os.users.pictures import REFUSALS
from scout_os.users.problems import PictureInvalid, PictureTooDetailed

COMMAND = (sys.executable, "-I", "-m", "scout_os.users.pictures")
SECONDS = 12.0
"""For a machine too busy to give the process its CPU time."""
WAITING = 32
WAIT_SECONDS = 15.0
ENDING_SECONDS = 3.0
"""For the conversions under way when the service is told to end; other requests have longer."""

log = structlog.get_logger(__name__)


class PictureProcesses:
    """Converts one picture at a time, so that pictures take one core at most. A few may wait."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        self._bulkhead = Bulkhead(width=1, waiting=WAITING, seconds=WAIT_SECONDS, stuck_seconds=WAIT_SECONDS)
        self._running: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self._is_ending = False

    async def convert(self, content: bytes) -> bytes:
        """Our JPEG of the picture. Raises one of `pictures.REFUSALS`, or `Unavailable`."""
        async with self._bulkhead.enter():
            if self._is_closed:
                raise Unavailable
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._convert, content)

    def end(self) -> None:
        """Close after `ENDING_SECONDS`. Safe to repeat."""
        if not self._is_ending:
            self._is_ending = True
            asyncio.get_running_loop().call_later(ENDING_SECONDS, self.close)

    def close(self) -> None:
        """End the conversion that is running: its picture is refused with 503."""
        self._is_closed = True
        if self._running is not None:
            self._running.kill()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _convert(self, content: bytes) -> bytes:
        try:
            # A session of its own, so that a Ctrl-C in the terminal is not for it.
            process = subprocess.Popen(  # noqa: S603 - a program of ours without arguments
                COMMAND, stdin=-1, stdout=-1, stderr=-1, start_new_session=True
            )
        except OSError as error:
            raise Unavailable from error
        with process:
            self._running = process
            if self._is_closed:
                process.kill()
            try:
                made, errors = process.communicate(content, timeout=SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise Overloaded from None
            finally:
                self._running = None
        if process.returncode == 0:
            return made
        raise _failure(process.returncode, errors)


def _failure(status: int, errors: bytes) -> Exception:
    if status in REFUSALS:
        return REFUSALS[status]()
    if status == -signal.SIGPROF:
        return PictureTooDetailed()
    if status == -signal.SIGKILL:  # we end, or the kernel is out of memory
        return Unavailable()
    if status < 0:
        log.warning("picture_decoder_crashed", signal=signal.Signals(-status).name)
        return PictureInvalid()
    return RuntimeError(f"the conversion of a picture failed: {errors[-2000:].decode(errors='replace')}")
