"""What a learner reads: sections, paths, questions, state, as a guest and signed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.flutter import FlutterApp, Refused
from tests.contract.models import Level, Levels, Section, Unit, Units
from tests.contract.packs import Lesson, read_sections
from tests.service import Truth, add_learners, attempt, token


async def test_sections_are_the_packs(guest: FlutterApp, pack_dir: Path) -> None:
    """The first page shows the pack's sections in their order, with the titles and tiers written there."""
    shown = await guest.sections()
    assert [(section.id, section.title, section.tier, section.order) for section in shown] == [
        (written["id"], written["title"], written["tier"], written["order"]) for written in read_sections(pack_dir)
    ]


async def test_guests_path(guest: FlutterApp, lessons: list[Lesson]) -> None:
    """Without a token each section's path has level 1 of every unit UNLOCKED and the rest LOCKED, as the pack has it."""
    shown = []
    for section in await guest.sections():
        path = await guest.path(section.id)
        assert path.section_title == section.title
        assert [unit.order for unit in path.units] == list(range(1, len(path.units) + 1))
        shown += path.levels
    assert [
        (level.level_id, level.title, level.level_number, level.difficulty, level.xp_reward) for level in shown
    ] == [(lesson.id, lesson.title, lesson.level_number, lesson.difficulty, lesson.xp_reward) for lesson in lessons]
    assert [level.status for level in shown] == [
        "UNLOCKED" if lesson.level_number == 1 else "LOCKED" for lesson in lessons
    ]


async def test_paths_are_each_learners_own(guest: FlutterApp, learner: FlutterApp, truth: Truth) -> None:
    """What one learner completed shows in their own path and state only, whoever asked before; reads write nothing."""
    untouched = (await guest.path("puk")).statuses
    await learner.send("POST", "/training/progress/submit", attempt("puk_u1_l1", 5))
    mine = untouched | {"puk_u1_l1": "COMPLETED", "puk_u1_l2": "UNLOCKED"}
    [other] = await add_learners(truth, 1)
    others = FlutterApp(guest.http, token(other))
    for _ in range(2):
        assert (await learner.path("puk")).statuses == mine == await learner.state("puk")
        assert (await others.path("puk")).statuses == untouched == await others.state("puk")
        assert (await guest.path("puk")).statuses == untouched
    assert await truth.fetchval("SELECT count(*) FROM user_progress") == 1


async def test_what_lies_beside_the_path(guest: FlutterApp, lessons: list[Lesson]) -> None:
    """Single sections, units and levels are served in the same raw form, with the ids that the path has."""
    section = await guest.send("GET", "/training/sections/puk")
    assert Section.of(section) in await guest.sections()
    listed = await guest.send("GET", "/training/sections/puk/units")
    units = Units.of(listed)
    path = await guest.path("puk")
    assert [unit.id for unit in units.units] == [unit.unit_id for unit in path.units]
    assert units.total == len(path.units)
    for unit, shown in zip(units.units, path.units, strict=True):
        assert Unit.of(await guest.send("GET", f"/training/units/{unit.id}")) == unit
        levels = Levels.of(await guest.send("GET", f"/training/units/{unit.id}/levels"))
        assert [level.id for level in levels.levels] == [level.level_id for level in shown.levels]
        assert levels.total == len(shown.levels)
    second = await guest.send("GET", "/training/levels/puk_u1_l2")
    assert Level.of(second).unlock_rule == {"type": "level_completed", "value": "puk_u1_l1"}
    first = await guest.send("GET", "/training/levels/puk_u1_l1")
    assert Level.of(first).unlock_rule == {"type": "start", "value": True}
    assert "success" not in {*first, *listed, *section}, "no envelope for training"


async def test_unknown_content_is_404(learner: FlutterApp) -> None:
    """Sections, units and levels that are not there, or not spelt like that, are 404 wherever they are asked for."""
    for path in [
        "/training/sections/nope",
        "/training/sections/nope/path",
        "/training/sections/PUK/path",
        "/training/sections/puk%20/path",
        "/training/sections/%00/path",
        "/training/sections/%ff/path",
        "/training/sections/nope/units",
        "/training/units/puk_u99",
        "/training/units/puk_u99/levels",
        "/training/levels/puk_u1_l99",
        "/training/levels/puk_u1_l99/questions",
        "/training/levels/PUK_U1_L1/questions",
        f"/training/levels/{'x' * 5000}/questions",
        "/training/progress/state?section_id=nope",
        "/training/progress/state?section_id=",
        "/training/progress/state?section_id=%00",
        "/nothing/here",
    ]:
        with pytest.raises(Refused, match="404"):
            await learner.send("GET", path)
    assert learner.is_signed_in
