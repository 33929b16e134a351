"""Who asks: learners with tokens, and attempts that have not been made yet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from benchmarks.sql import query
from scout_os.core.access_tokens import Tokens
from scout_os.core.clock import SystemClock
from scout_os.core.store_urls import StoreUrls
from scout_os.settings import Settings
from scout_os.wiring import secret_key

AWARDS_EACH = 20
"""So many levels at least are left to each learner of a sample."""
_LEVELS = """
    SELECT l.id, l.level_number, u.section_id,
           (SELECT count(*) FROM questions q WHERE q.level_id = l.id AND q.is_active)::int AS total
      FROM levels l JOIN units u ON u.id = l.unit_id JOIN sections s ON s.id = u.section_id
     WHERE l.is_active AND u.is_active AND s.is_active
     ORDER BY s.position, u.position, l.level_number
"""
_NEW_LEARNERS = "INSERT INTO users (name) SELECT 'Pandu ' || n FROM generate_series(1, $1) n RETURNING id, 0 AS done"
_SAMPLE = """
    SELECT id, done
      FROM (SELECT id, (SELECT count(*)::int FROM user_progress p WHERE p.user_id = u.id) AS done,
                   hashint8extended(id, 1) AS place
              FROM users u WHERE username LIKE 'bench-%' AND role = 'learner') u
     WHERE done <= $2
     ORDER BY place OFFSET $3 LIMIT $1
"""
_HAS_KEYS = "SELECT FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'account_key'"
_KEYS = "UPDATE users SET account_key = gen_random_uuid() WHERE id = ANY ($1) RETURNING id, account_key"
"""As accounts have them that the service makes; not in its first releases."""


class UsedUp(Exception):
    """No attempt is left that would be paid."""


@dataclass
class Learners:
    """Who asks, in a fixed order.

    Attempt number `i` is of learner `i % count`, at the level that follows those done before and the `i // count` since.
    Each pays once, and the next one is another learner's; `taken` have been made.
    """

    ids: list[int]
    done: list[int]
    keys: dict[int, UUID]
    """Of their accounts, where the release has them."""
    tokens: list[str]
    file: Path
    """The tokens, for load generators."""
    few: Path
    """64 of them, whom the service knows after their first request."""
    key: str
    """The secret that signs them."""
    levels: list[str]
    """Those that are learned, in the order in which they are."""
    sections: list[str]
    bodies: list[str]
    """Attempts at the levels."""
    each: int
    """How many attempts each learner can make."""
    taken: int = 0

    @property
    def admin(self) -> str:
        """A token of the first learner, who is an admin."""
        return self.tokens[0]

    def take(self, count: int) -> int:
        """Set `count` attempts aside; the number of the first."""
        first, self.taken = self.taken, self.taken + count
        if self.taken > len(self.ids) * self.each:
            raise UsedUp(f"{self.taken} attempts are more than {len(self.ids)} learners can make")
        return first


def add_learners(stores: StoreUrls, data_dir: Path, count: int) -> Learners:
    """Make `count` learners who have done nothing yet, and will do the first level of each unit."""
    rows = query(stores, _NEW_LEARNERS, count)
    levels = [row for row in query(stores, _LEVELS) if row["level_number"] == 1]
    return _learners(stores, data_dir, rows, levels, len(levels))


def sample_learners(stores: StoreUrls, data_dir: Path, count: int, *, skip: int = 0) -> Learners:
    """`count` learners of the population at random, without the first `skip`; each will go on where the history ends."""
    levels = query(stores, _LEVELS)
    rows = query(stores, _SAMPLE, count, len(levels) - AWARDS_EACH, skip)
    return _learners(stores, data_dir, rows, levels, AWARDS_EACH)


def _learners(
    stores: StoreUrls, data_dir: Path, rows: Sequence[dict[str, int]], levels: Sequence[dict[str, str]], each: int
) -> Learners:
    """With tokens as the service signs them; the first is an admin."""
    settings = Settings.model_validate({"data_dir": data_dir})
    key = secret_key(settings)
    signer = Tokens(
        key=key,
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        lifetime=timedelta(days=settings.token_days),
        clock=SystemClock(),
    )
    ids, done = [row["id"] for row in rows], [row["done"] for row in rows]
    query(stores, "UPDATE users SET role = 'admin' WHERE id = $1", ids[0])
    keys = {row["id"]: row["account_key"] for row in query(stores, _KEYS, ids)} if query(stores, _HAS_KEYS) else {}
    tokens = [signer.issue(number, account_key=keys.get(number)) for number in ids]
    lines = [f"{token} {number}" for token, number in zip(tokens, done, strict=True)]
    file, few = data_dir / f"tokens-{ids[0]}", data_dir / f"tokens-{ids[0]}-few"
    for path, kept in ((file, lines), (few, lines[1:65])):
        path.touch(mode=0o600)
        path.write_text("\n".join(kept))
    bodies = [_body(str(row["id"]), int(row["total"])) for row in levels]
    sections = list(dict.fromkeys(row["section_id"] for row in levels))
    return Learners(
        ids, done, keys, tokens, file, few, key.decode(), [row["id"] for row in levels], sections, bodies, each
    )


def _body(level_id: str, total: int) -> str:
    attempt = {
        "level_id": level_id,
        "score": total,
        "total_questions": total,
        "correct_answers": total,
        "time_spent_seconds": 60,
    }
    return json.dumps(attempt)
