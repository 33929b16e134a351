"""Learners who do one thing on purpose, at one host, and what is looked at all the time; all of it goes into the history."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import httpx

from chaos.check.history import Outcome, Recorder
from chaos.load.population import ALL, SUBMIT, Learner, Lesson
from chaos.load.recorded import PATIENCE_SECONDS, ask
from chaos.target.environment import connected

TOP = 50
REBUILDING = """
    SELECT pid, extract(epoch FROM xact_start)::float8 AS began FROM pg_stat_activity
     WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND query LIKE '%board_era > 0%' ORDER BY xact_start
"""
LEASE_SECONDS = 2.5
"""A builder that takes over from a dead one begins later than this; two that begin closer together are two at once."""


class Probes:
    """Scripted requests. `urls` names the hosts, and may change."""

    def __init__(self, urls: list[str], recorder: Recorder) -> None:
        self.urls = urls
        self.recorder = recorder
        self._processes = count(10_000)
        self._http = httpx.AsyncClient(timeout=PATIENCE_SECONDS, limits=httpx.Limits(max_connections=200))

    async def close(self) -> None:
        await self._http.aclose()

    async def submit(
        self,
        learner: Learner,
        lesson: Lesson,
        *,
        host: int = 0,
        right: int = ALL,
        key: str | None = None,
        refuse: str | None = None,
        **body: Any,
    ) -> Outcome:
        """One attempt with `right` right answers ; `refuse` says why it must be refused."""
        asked = {**lesson.asked(learner, key, right), "refuse": refuse}
        sent = {**lesson.body(right), **body}
        return await self._ask("submit", asked, "POST", SUBMIT, host, learner, key=key, body=sent)

    async def standing(self, learner: Learner, *, host: int = 0) -> Outcome:
        return await self._ask("standing", {"user": learner.id}, "GET", "/leaderboard/me", host, learner)

    async def admin(self, admin: Learner, method: str, path: str, body: dict[str, Any], *, host: int = 1) -> Outcome:
        asked = {"user": admin.id, "path": path}
        return await self._ask("admin", asked, method, f"/admin/users/{path}", host, admin, body=body)

    async def watch_pages(self, hosts: int) -> None:
        """Read the top of the board from every host, for ever."""
        while True:
            for host in range(hosts):
                await self._ask("top", {"user": None, "limit": TOP}, "GET", f"/leaderboard?limit={TOP}", host, None)
            await asyncio.sleep(0.03)

    async def watch_ready(self, hosts: int) -> None:
        """Ask every host whether it is ready, for ever."""
        while True:
            for host in range(hosts):
                await self._ask("ready", {"user": None}, "GET", "/readyz", host, None)
            await asyncio.sleep(0.2)

    async def watch_builders(self, database: str) -> None:
        """Look for two rebuilds at once, for ever; `database` as the service's own role, which may see its sessions."""
        async with connected(database) as connection:
            while True:
                began = [row["began"] for row in await connection.fetch(REBUILDING)]
                if len(began) > 1 and began[-1] - began[0] < LEASE_SECONDS:
                    self.recorder.record(next(self._processes), "builders", "invoke", {"apart": began[-1] - began[0]})
                    await asyncio.sleep(0.2)
                await asyncio.sleep(0.004)

    async def _ask(
        self, op: str, asked: dict[str, Any], method: str, path: str, host: int, by: Learner | None, **sent: Any
    ) -> Outcome:
        url = f"{self.urls[host]}{path}" if op == "ready" else f"{self.urls[host]}/api/v1{path}"
        token = by.token if by else None
        process = next(self._processes)
        outcome, _ = await ask(self._http, self.recorder, process, op, asked, method, url, token=token, **sent)
        return outcome
