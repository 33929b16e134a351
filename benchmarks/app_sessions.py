"""What the learner's app costs a process per signed-in learner: `python -m benchmarks.app_sessions --learners 200`.

Windows are played by clients that speak Flet's protocol, so no browser's own cost is in the way.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import msgpack  # type: ignore[import-untyped] # ships no types
from websockets.asyncio.client import ClientConnection, connect

from tests.process import ServeProcess, clean_environment

REGISTER, EVENT, INVOKE = 1, 3, 5
SETTLE_SECONDS = 4
WATCH_SECONDS = 15
PORT = 8559
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = {"route": "/", "web": True, "width": 360, "height": 640, "platform": "android"}


class Window:
    """One learner's window, as the server sees it."""

    def __init__(self, token: str, user_id: int) -> None:
        self._kept = {"scout.token": json.dumps({"token": token, "user_id": user_id})}
        self._page_id = 1
        self.received = 0

    async def open(self, url: str) -> None:
        self._socket: ClientConnection = await connect(url, max_size=None, compression=None)
        await self._send(REGISTER, {"session_id": None, "page_name": "", "page": PAGE})
        self._listening = asyncio.create_task(self._listen())

    async def go(self, route: str) -> None:
        await self._send(EVENT, {"target": self._page_id, "name": "route_change", "data": {"route": route}})

    async def close(self) -> None:
        self._listening.cancel()
        await self._socket.close()

    async def _send(self, action: int, body: object) -> None:
        await self._socket.send(b"\x00" + msgpack.packb([action, body]))

    async def _listen(self) -> None:
        async for frame in self._socket:
            assert isinstance(frame, bytes)
            self.received += len(frame)
            action, body = msgpack.unpackb(frame[1:], strict_map_key=False, ext_hook=lambda _code, data: data)
            if action == REGISTER:
                self._page_id = body["page_patch"]["_i"]
            elif action == INVOKE:
                result = self._answer(body["name"], body.get("args") or {})
                await self._send(
                    INVOKE,
                    {"control_id": body["control_id"], "call_id": body["call_id"], "result": result, "error": None},
                )

    def _answer(self, name: str, arguments: dict[str, Any]) -> Any:
        if name == "get_keys":
            return []
        return self._kept.get(arguments.get("key", "")) if name == "get" else True


def usage(pid: int) -> tuple[float, float]:
    """MiB of memory, and seconds of CPU so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/smaps_rollup").read_text()
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("Pss:"))
    return memory / 1024, (int(fields[11]) + int(fields[12])) / TICKS


async def learners(api: str, count: int) -> list[tuple[str, int]]:
    """Tokens of new learners."""
    found = []
    async with httpx.AsyncClient(base_url=f"{api}/api/v1", timeout=60) as client:
        for number in range(count):
            body = {"name": f"Pandu {number}", "username": f"pandu{number}", "password": "tunas-kelapa-1961"}
            data = (await client.post("/auth/register", json=body)).json()["data"]
            found.append((data["access_token"], data["user"]["id"]))
    return found


async def awards(api: str, people: list[tuple[str, int]], seconds: float, a_second: float) -> None:
    """So many completed levels a second, each of them moving the board."""
    async with httpx.AsyncClient(base_url=f"{api}/api/v1", timeout=60) as client:
        for number in range(int(seconds * a_second)):
            token = people[number % len(people)][0]
            unit = 1 + number // len(people) % 5
            body = {"level_id": f"puk_u{unit}_l1", "score": 5, "total_questions": 5, "correct_answers": 5}
            await client.post("/training/progress/submit", json=body, headers={"Authorization": f"Bearer {token}"})
            await asyncio.sleep(1 / a_second)


async def measure(api: str, pid: int, count: int) -> None:
    people = await learners(api, count)
    memory, cpu = usage(pid)
    print(f"empty               {memory:7.1f} MiB")
    windows = [Window(*person) for person in people]
    for window in windows:
        await window.open(f"ws://127.0.0.1:{PORT}/ws")
    await asyncio.sleep(SETTLE_SECONDS)
    opened, spent = usage(pid)
    each, work = (opened - memory) / count * 1024, (spent - cpu) / count * 1000
    print(f"signed in, on path  {each:7.0f} KiB and {work:.0f} ms of CPU each")
    print(f"  sent to each      {sum(window.received for window in windows) / count / 1024:7.0f} KiB")
    before = usage(pid)[1]
    await asyncio.sleep(WATCH_SECONDS)
    print(f"doing nothing       {(usage(pid)[1] - before) / WATCH_SECONDS / count * 1e6:7.0f} us of CPU a second each")
    for window in windows:
        await window.go("/peringkat")
    await asyncio.sleep(SETTLE_SECONDS)
    watching, before = usage(pid)
    await asyncio.sleep(WATCH_SECONDS)
    still = (usage(pid)[1] - before) / WATCH_SECONDS / count
    print(
        f"on a still board    {(watching - memory) / count * 1024:7.0f} KiB, {still * 1e6:.0f} us of CPU a second each"
    )
    before = usage(pid)[1]
    await awards(api, people, WATCH_SECONDS, 1.0)
    moving = (usage(pid)[1] - before) / WATCH_SECONDS / count
    print(f"on a moving board   {moving * 1e6:7.0f} us of CPU a second each (one award a second)")
    for window in windows:
        await window.close()
    await asyncio.sleep(SETTLE_SECONDS)
    print(f"windows closed      {usage(pid)[0]:7.1f} MiB (sessions are kept for ten minutes)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=100)
    count = parser.parse_args().learners
    with tempfile.TemporaryDirectory() as directory:
        service = ServeProcess(Path(directory) / "var", env={"SCOUT_LIMITS": "off"})
        api = service.wait_ready().api_url
        command = [sys.executable, "-m", "scout_app", "serve", "--port", str(PORT)]
        app = subprocess.Popen(command, env=clean_environment({"SCOUT_API_URL": api}), stderr=subprocess.DEVNULL)
        try:
            time.sleep(SETTLE_SECONDS)
            httpx.get(f"http://127.0.0.1:{PORT}/").raise_for_status()
            asyncio.run(measure(api, app.pid, count))
        finally:
            app.terminate()
            app.wait()
            service.stop()


if __name__ == "__main__":
    main()
