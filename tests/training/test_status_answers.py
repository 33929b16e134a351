"""The path and the state filled in for a learner are what their models would say."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from scout_os.training import views
from scout_os.training.models import Level, Section, Unit
from scout_os.training.rules import level_statuses
from scout_os.training.schemas import PathOut, ProgressState
from scout_os.training.status_answers import StatusAnswer

NOW = datetime(2026, 3, 9, tzinfo=UTC)
MISLEADING = '"status":"LOCKED"'


def section() -> Section:
    """Two units of four levels each, whose titles look like what is filled in."""
    units: list[Unit] = []
    for unit in ("puk_u1", "puk_u2"):
        levels = [
            Level(
                id=f"{unit}_l{number}",
                unit_id=unit,
                level_number=number,
                title="LOCKED",
                title_en=MISLEADING,
                difficulty="easy",
                min_correct=1,
                xp_reward=10,
                requires=None if number == 1 else f"{unit}_l{number - 1}",
                content_version=1,
                created_at=NOW,
                questions=(),
            )
            for number in range(1, 5)
        ]
        units.append(Unit(unit, len(units), "COMPLETED", MISLEADING, None, None, "puk", NOW, tuple(levels)))
    return Section("puk", 1, MISLEADING, "LOCKED", None, None, "siaga", NOW, tuple(units))


def test_each_level_gets_its_status() -> None:
    """For any set of completed levels, in the path and in the state alike."""
    shown = section()
    levels = shown.levels
    rng = random.Random(20261201)
    for _ in range(50):
        completed = {level.id for level in levels if rng.random() < 0.5} | {"retired_u1_l1"}
        statuses = dict(zip([level.id for level in levels], level_statuses(levels, completed), strict=True))
        path = PathOut.model_validate_json(views.path_of(shown).fill(completed))
        assert {level.level_id: level.status for unit in path.units for level in unit.levels} == statuses
        assert path.units[1].levels[2].title_en == MISLEADING
        state = views.state_of("puk", levels).fill(completed)
        assert state == ProgressState(section_id="puk", progress=statuses).model_dump_json().encode()


def test_an_answer_with_another_number_of_gaps_is_refused() -> None:
    """A status too many or too few would give levels each other's."""
    with pytest.raises(ValueError, match="zip"):
        StatusAnswer(section().levels, b'{"status":"LOCKED"}', b'"status":')
