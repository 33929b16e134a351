"""What learners cost a process: `python -m benchmarks.app_learners [--learners 1000] [--seconds 20]`.

All of them do at once what the app on their phones does: open it for the first time and again, learn a lesson, and look at
the leaderboard. Printed are the CPU time and the memory of one learner. The app must be built.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import httpx
import uvloop

from benchmarks.accounting import held_memory
from benchmarks.http_client import Connection, connect, request_bytes
from benchmarks.installation import Installation, installed
from benchmarks.learners import Learners, add_learners
from benchmarks.neighbours import telling_usage
from benchmarks.open_files import allow_many_connections
from benchmarks.stream_client import StreamReader, Submitter, award_steadily, open_stream
from scout_os.web_app import LAST_WRITTEN, NOT_BUILT, find_build
from tests.contract.answers import right_answers
from tests.contract.packs import read_lessons
from tests.servers import PACK_DIR

API = "/api/v1"
CONTENT = f"{API}/training/first-section/content"
OWN = (f"{API}/users/me", f"{API}/training/progress/levels")
"""What the app asks about the learner whenever it is opened."""
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}
OPENED_SECONDS = 60
OVERLOADED = 503
"""The app asks again after a moment."""
Address = tuple[str, int]


class Campaign:
    """The phases, one after the other, on one installation."""

    def __init__(self, installation: Installation, learners: Learners, seconds: float) -> None:
        parts = urlsplit(installation.url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._installation = installation
        self._learners = learners
        self._seconds = seconds
        self._address: Address = (parts.hostname, parts.port)
        self._connections: list[Connection] = []
        self._tags: dict[str, str] = {}
        self._refused = 0
        """Requests that were asked again because the service was overloaded."""
        self._files = _files()
        self._lesson = _lesson()

    async def run(self) -> None:
        tokens = self._learners.tokens
        before = self._memory()
        self._connections = [await connect(*self._address) for _ in tokens]
        await self._phase("opens the app for the first time", self._open_first)
        print(f"  holds while connected   {(self._memory() - before) / len(tokens) / 1024:8.1f} KiB each")
        await self._phase("opens it again", self._open_again)
        await self._phase("learns a lesson", self._learn)
        for connection in self._connections:
            connection.close()
        await self._watch(tokens)

    async def _phase(self, name: str, visit: Callable[[int], Awaitable[int]]) -> None:
        """All learners at once; `visit` tells how many bytes came."""
        began = self._installation.accounts.read()
        since = time.perf_counter()
        received = await asyncio.gather(*(visit(number) for number in range(len(self._connections))))
        seconds = time.perf_counter() - since
        await asyncio.to_thread(self._installation.settle)
        cpu = (self._installation.accounts.read() - began) / len(received)
        print(
            f"{name:34}{cpu.service * 1e3:8.2f} ms of CPU each, and {(cpu.postgres + cpu.redis) * 1e3:.2f} ms of the stores; "
            f"{sum(received) / len(received) / 1024:.1f} KiB; all of them in {seconds:.1f} s"
        )

    async def _open_first(self, number: int) -> int:
        received = 0
        for path in ("/", *self._files, f"{API}/info", CONTENT):
            received += await self._ask(number, "GET", path, headers=BROWSER)
        for path in OWN:
            received += await self._ask(number, "GET", path)
        return received

    async def _open_again(self, number: int) -> int:
        received = 0
        for path in ("/", "/worker.js", CONTENT):
            received += await self._ask(number, "GET", path, headers=BROWSER | {"If-None-Match": self._tag(path)})
        for path in OWN:
            received += await self._ask(number, "GET", path)
        return received

    async def _learn(self, number: int) -> int:
        return await self._ask(number, "POST", f"{API}/training/progress/submit", self._lesson)

    async def _ask(
        self, number: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> int:
        request = request_bytes(method, path, self._address[0], self._learners.tokens[number], body, headers)
        answer = await self._connections[number].request(request)
        while answer.status == OVERLOADED:
            self._refused += 1
            await asyncio.sleep(random.uniform(0.5, 1.0))
            answer = await self._connections[number].request(request)
        if answer.status not in {200, 304}:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:200]!r}")
        return len(answer.body)

    async def _watch(self, tokens: Sequence[str]) -> None:
        """All learners look at the board: a still one, then one that moves."""
        before = self._memory()
        readers = [await open_stream(*self._address, token) for token in tokens]
        await _until_opened(readers)
        print(f"asked again, because of overload {self._refused}")
        print(f"looks at the board, holds {(self._memory() - before) / len(tokens) / 1024:8.1f} KiB each")
        still = await self._cpu_of(asyncio.sleep(self._seconds))
        print(f"  a still one           {still * 1e6:10.0f} us of CPU a second each")
        attempts = [(who, tokens[who], self._learners.bodies[1]) for who in range(int(self._seconds))]
        submitter = Submitter(*self._address)
        moving = await self._cpu_of(award_steadily(submitter, attempts, 1.0, readers))
        submitter.close()
        print(f"  one award a second    {moving * 1e6:10.0f} us of CPU a second each")
        assert not any(reader.closed for reader in readers)

    async def _cpu_of(self, work: Awaitable[object]) -> float:
        """CPU seconds of the service in a second and for one learner while `work` is done."""
        before, since = self._installation.accounts.read(), time.perf_counter()
        await work
        used = (self._installation.accounts.read() - before).service
        return used / (time.perf_counter() - since) / len(self._learners.tokens)

    def _memory(self) -> int:
        return held_memory(self._installation.accounts.serve)

    def _tag(self, path: str) -> str:
        if path not in self._tags:
            answer = httpx.get(f"{self._installation.url}{path}", headers=BROWSER)
            answer.raise_for_status()
            self._tags[path] = answer.headers["ETag"]
        return self._tags[path]


def _files() -> list[str]:
    """All that the app's worker brings to a new phone."""
    build = find_build()
    if build is None:
        raise SystemExit(NOT_BUILT)
    names = [file.relative_to(build).as_posix() for file in build.rglob("*") if file.is_file()]
    apart = {"index.html", LAST_WRITTEN}
    return [f"/{name}" for name in sorted(names) if name not in apart and not name.endswith((".br", ".gz"))]


def _lesson() -> bytes:
    """The first level with its answers, as the app sends it."""
    first = read_lessons(PACK_DIR, newest=True)[0]
    return json.dumps({"level_id": first.id, "answers": right_answers(first)}).encode()


async def _until_opened(readers: Sequence[StreamReader]) -> None:
    deadline = time.monotonic() + OPENED_SECONDS
    while not all(reader.events for reader in readers):
        if time.monotonic() > deadline:
            raise RuntimeError("not every stream has its first event")
        await asyncio.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.app_learners", description=__doc__)
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each phase in which the board is looked at")
    options = parser.parse_args()
    allow_many_connections()
    with telling_usage(), installed() as installation:
        learners = add_learners(installation.stores, installation.data_dir, options.learners)
        installation.rebuild(learners.admin)
        installation.wait_for_source(learners.admin, "redis")
        uvloop.run(Campaign(installation, learners, options.seconds).run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
