"""Learners who do one thing on purpose, at one host, and what is looked at all the time; all of it goes into the history."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import asyncpg
import httpx

from chaos.check.history import Outcome, Recorder
from chaos.load.learners import digest
from chaos.load.population import ALL, SUBMIT, Learner, Lesson

TOP = 50
PATIENCE_SECONDS = 12.0
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
        headers = {"Idempotency-Key": key} if key else {}
        return await self._ask("submit", asked, "POST", SUBMIT, host, learner, headers=headers, json=sent)

    async def standing(self, learner: Learner, *, host: int = 0) -> Outcome:
        """The learner's own place."""
        return await self._ask("standing", {"user": learner.id}, "GET", "/leaderboard/me", host, learner)

    async def admin(self, admin: Learner, method: str, path: str, body: dict[str, Any], *, host: int = 1) -> Outcome:
        """An admin's order."""
        asked = {"user": admin.id, "path": path}
        return await self._ask("admin", asked, method, f"/admin/users/{path}", host, admin, json=body)

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
                await self._ask("ready", {"user": None}, "GET", "", host, None)
            await asyncio.sleep(0.2)

    async def watch_builders(self, database: str) -> None:
        """Look for two rebuilds at once, for ever; `database` as the service's own role, which may see its sessions."""
        connection = await asyncpg.connect(database)
        try:
            while True:
                began = [row["began"] for row in await connection.fetch(REBUILDING)]
                if len(began) > 1 and began[-1] - began[0] < LEASE_SECONDS:
                    self.recorder.record(next(self._processes), "builders", "invoke", {"apart": began[-1] - began[0]})
                    await asyncio.sleep(0.2)
                await asyncio.sleep(0.004)
        finally:
            await connection.close()

    async def _ask(
        self, op: str, asked: dict[str, Any], method: str, path: str, host: int, by: Learner | None, **sent: Any
    ) -> Outcome:
        process = next(self._processes)
        headers = sent.pop("headers", {}) | ({"Authorization": f"Bearer {by.token}"} if by else {})
        url = f"{self.urls[host]}/readyz" if op == "ready" else f"{self.urls[host]}/api/v1{path}"
        self.recorder.record(process, op, "invoke", asked)
        outcome: Outcome = "info"
        answer: dict[str, Any]
        try:
            response = await self._http.request(method, url, headers=headers, **sent)
        except (httpx.HTTPError, OSError) as error:
            answer = {"error": type(error).__name__}
        else:
            told = {"submit": "submit", "standing": "standing", "top": "board"}.get(op)
            answer = digest(told, response) if told else {"status": response.status_code}
            if response.status_code < 500:
                outcome = "ok" if response.status_code == 200 else "fail"
        self.recorder.record(process, op, outcome, answer)
        return outcome
