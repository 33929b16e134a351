"""One round of the audit: all learners in slices by id, then, if the counts differ, all members that no user is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from scout_os.core.postgres import Connection
from scout_os.leaderboard.models import Comparison
from scout_os.leaderboard.redis.redis_board import RedisBoard
from scout_os.leaderboard.sync import audit_repository as repository
from scout_os.leaderboard.sync.differences import AuditReport, Difference, remedy
from scout_os.leaderboard.sync.rebuild import Progress

SLICE = 1000
"""Learners compared at a time: Redis is busy with them for about a millisecond."""
REST = 4.0
"""Rest after a slice, as a multiple of its duration: the audit works for a fifth of its round at most."""
SCAN_REST = 1.0
"""The same for the search for unknown members, which is rare."""
LONGEST_REST_SECONDS = 2.0
"""The session may be idle in its transaction for 5 s."""
TRIES = 5
"""Reads of a slice: one is repeated if the chain moved two links between PostgreSQL's answer and Redis' answer."""

S = TypeVar("S", repository.Slice, repository.Truth)


class BoardAbsent(Exception):
    """Redis does not hold the whole board, so there is nothing to compare. The outbox relay rebuilds it."""


class AuditRound:
    """Compares everything once, on a connection in read committed: each statement has its own snapshot."""

    def __init__(self, connection: Connection, board: RedisBoard) -> None:
        self._connection = connection
        self._board = board

    async def compare(self, progress: Progress | None = None) -> AuditReport:
        """All differences, without those of changes under way. Raises `BoardAbsent`, `BoardAway`, `Unavailable`."""
        report = AuditReport()
        in_all = await repository.count_users(self._connection) if progress else 0
        found, after, more = 0, repository.FIRST, True
        while more:
            started = time.monotonic()
            learners, comparison = await self._compare(partial(repository.read_slice, self._connection, after, SLICE))
            after, more = learners.last_id, learners.learners == SLICE
            found += comparison.found
            report.learners += learners.learners
            report.add(await self._confirm(comparison))
            if progress:
                progress(report.learners, max(in_all, report.learners))
            await _rest(started, REST)
        if found != comparison.members:
            await self._find_unknown(report)
        return report

    async def _compare(self, read: Callable[[], Awaitable[S]]) -> tuple[S, Comparison]:
        for _ in range(TRIES):
            learners = await read()
            comparison = await self._board.compare(
                identity=learners.identity, link=learners.link, places=learners.places
            )
            if comparison is not None:
                return learners, comparison
        raise BoardAbsent("Redis does not hold the board as a whole")

    async def _confirm(self, suspects: Comparison) -> list[Difference]:
        """Compare those who differed again, between two snapshots of PostgreSQL.

        A learner whose place is the same in both, and who has no outbox row, had no change under way: the chain tells
        that Redis had everything committed before the first one. So what Redis says in between is wrong.
        """
        if not suspects.differing:
            return []
        ids = list(suspects.differing)
        before, comparison = await self._compare(lambda: repository.read_truth(self._connection, ids))
        after = (await repository.read_truth(self._connection, ids)).by_learner
        return [
            Difference(str(user_id), score, after[user_id].total_xp, remedy(score, after[user_id].total_xp))
            for user_id, score in comparison.differing.items()
            if before.by_learner[user_id] == after[user_id] and not after[user_id].is_waiting
        ]

    async def _find_unknown(self, report: AuditReport) -> None:
        """Members that are no users, which no register can remove. PostgreSQL is read last: a new user is none of them."""
        cursor = "0"
        while True:
            started = time.monotonic()
            cursor, plain, odd = await self._board.scan(cursor, SLICE)
            unknown = await repository.list_unknown(self._connection, list(plain))
            report.add(Difference(member, score, None, "rebuild") for member, score in odd)
            report.add(Difference(str(user_id), plain[user_id], None, "rebuild") for user_id in unknown)
            if cursor == "0":
                return
            await _rest(started, SCAN_REST)


async def _rest(started: float, times: float) -> None:
    await asyncio.sleep(min(times * (time.monotonic() - started), LONGEST_REST_SECONDS))
