"""Who asks: learners with tokens, and attempts that have not been made yet."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.sql import query
from scout_os.core.access_tokens import Tokens
from scout_os.core.clock import SystemClock
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.settings import Settings
from scout_os.training.population import populate
from scout_os.wiring import secret_key

_OPEN_LEVELS = """
    SELECT l.id, (SELECT count(*) FROM questions q WHERE q.level_id = l.id AND q.is_active)::int AS total
      FROM levels l WHERE l.is_active AND l.level_number = 1 ORDER BY l.id
"""
_NEW_LEARNERS = "INSERT INTO users (name) SELECT 'Pandu ' || n FROM generate_series(1, $1) n RETURNING id"


class UsedUp(Exception):
    """No attempt is left that would be paid."""


@dataclass
class Learners:
    """Learners who have done nothing yet, in a fixed order.

    Attempt number `i` is learner `i % count` at open level `i // count`. Each pays once, depends on no other, and the
    next one is another learner's; `taken` have been made.
    """

    ids: list[int]
    tokens: list[str]
    file: Path
    """The tokens, for load generators."""
    few: Path
    """64 of them, whom the service knows after their first request."""
    levels: list[str]
    bodies: list[str]
    taken: int = 0

    @property
    def admin(self) -> str:
        """A token of the first learner, who is an admin."""
        return self.tokens[0]

    def take(self, count: int) -> int:
        """Set `count` attempts aside; the number of the first."""
        first, self.taken = self.taken, self.taken + count
        if self.taken > len(self.ids) * len(self.levels):
            raise UsedUp(f"{self.taken} attempts are more than {len(self.ids)} learners can make")
        return first

    def attempts(self, count: int) -> list[tuple[int, str]]:
        """The same as pairs of user and level."""
        first = self.take(count)
        size = len(self.ids)
        return [(self.ids[number % size], self.levels[number // size]) for number in range(first, first + count)]


def add_learners(stores: StoreUrls, data_dir: Path, count: int) -> Learners:
    """Make `count` learners, the first of them an admin, with tokens as the service signs them."""
    ids = sorted(row["id"] for row in query(stores, _NEW_LEARNERS, count))
    query(stores, "UPDATE users SET role = 'admin' WHERE id = $1", ids[0])
    settings = Settings.model_validate({"data_dir": data_dir})
    signer = Tokens(
        key=secret_key(settings),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lifetime=timedelta(days=settings.token_days),
        clock=SystemClock(),
    )
    tokens = [signer.issue(number) for number in ids]
    file, few = data_dir / f"tokens-{ids[0]}", data_dir / f"tokens-{ids[0]}-few"
    file.touch(mode=0o600)
    file.write_text("\n".join(tokens))
    few.touch(mode=0o600)
    few.write_text("\n".join(tokens[1:65]))
    levels = query(stores, _OPEN_LEVELS)
    bodies = [_body(row["id"], row["total"]) for row in levels]
    return Learners(ids, tokens, file, few, [row["id"] for row in levels], bodies)


def add_crowd(stores: StoreUrls, count: int, progress: Callable[[int], None]) -> None:
    """Learners with XP as it spreads in life, to stand on the board; one ledger row each. The board is to be rebuilt."""

    async def run() -> None:
        database = await Database.open(stores.owner_database_url, size=2)
        try:
            await populate(database, count, with_progress=False, progress=progress)
        finally:
            await database.close()

    asyncio.run(run())


def _body(level_id: str, total: int) -> str:
    attempt = {
        "level_id": level_id,
        "score": total,
        "total_questions": total,
        "correct_answers": total,
        "time_spent_seconds": 60,
    }
    return json.dumps(attempt)
