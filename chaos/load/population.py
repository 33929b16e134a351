"""Who can play, and what: learners with their tokens, and levels as a client knows them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chaos.target.environment import connected, token
from scout_os.core.store_urls import StoreUrls

SUBMIT = "/training/progress/submit"
ALL = -1
"""Right answers."""


@dataclass(frozen=True)
class Lesson:
    id: str
    min_correct: int
    total: int
    reward: int

    def body(self, right: int = ALL) -> dict[str, Any]:
        """A submission with so many right answers."""
        correct = self.total if right == ALL else right
        return {
            "level_id": self.id,
            "score": correct,
            "total_questions": self.total,
            "correct_answers": correct,
            "time_spent_seconds": 1,
        }

    def asked(self, learner: Learner, key: str | None, right: int = ALL) -> dict[str, Any]:
        """The same as a history keeps it."""
        passes = right == ALL or right >= self.min_correct
        return {"user": learner.id, "level": self.id, "passes": passes, "reward": self.reward, "key": key}


@dataclass(frozen=True)
class Learner:
    id: int
    token: str


@dataclass(frozen=True)
class Population:
    """Who can play, and what: each unit is a chain of levels, of which the first is open."""

    learners: list[Learner]
    units: list[list[Lesson]]

    @property
    def tokens(self) -> dict[int, str]:
        return {learner.id: learner.token for learner in self.learners}

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> Population:
        known = json.loads(path.read_text())
        units = [[Lesson(**lesson) for lesson in unit] for unit in known["units"]]
        return cls([Learner(**learner) for learner in known["learners"]], units)


async def populate(stores: StoreUrls, learners: int) -> Population:
    """Make learners without passwords, the first of them an admin, and say what they can do."""
    async with connected(stores.owner_database_url) as owner:
        add = "INSERT INTO users (name) SELECT 'Learner ' || n FROM generate_series(1, $1) n RETURNING id"
        rows = await owner.fetch(add, learners)
        ids = sorted(row["id"] for row in rows)
        await owner.execute("UPDATE users SET role = 'admin' WHERE id = $1", ids[0])
        levels = await owner.fetch(
            """
            SELECT l.id, l.unit_id, l.level_number, l.min_correct, l.xp_reward,
                   (SELECT count(*) FROM questions q WHERE q.level_id = l.id AND q.is_active) AS total
              FROM levels l WHERE l.is_active ORDER BY l.unit_id, l.level_number
            """
        )
    units: dict[str, list[Lesson]] = {}
    for row in levels:
        lesson = Lesson(row["id"], row["min_correct"], row["total"], row["xp_reward"])
        units.setdefault(row["unit_id"], []).append(lesson)
    return Population([Learner(number, token(number)) for number in ids], list(units.values()))
