"""Loading a pack makes it the active content, once and whole; what learners have earned stays as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

import asyncpg
import pytest

from scout_os.core.postgres import Database
from scout_os.training.content import (
    Counts,
    LoadSummary,
    Pack,
    find_version,
    load_pack,
    read_pack,
)
from tests.packs.editing import SIX_TYPES, Edit, copy_pack
from tests.service import Truth
from tests.training.content.loads import (
    CONTENT,
    LAST_LINE,
    LEARNERS,
    NEW_QUESTION,
    REWARD,
    add_learner,
    later_versions,
    retired_in,
    rows_of,
    without_last_level,
    without_simpul,
)


def _added(number: int) -> Counts:
    return Counts(added=number, changed=0, retired=0, unchanged=0)


def _summary(version: int, sections: Counts, units: Counts, levels: Counts, questions: Counts) -> LoadSummary:
    return LoadSummary(version, {"sections": sections, "units": units, "levels": levels, "questions": questions})


def _unchanged(number: int) -> Counts:
    return Counts(added=0, changed=0, retired=0, unchanged=number)


async def test_the_first_load_adds_everything(database: Database, owner: Truth) -> None:
    """An empty database gets all rows, each level at version 1 with what it pays kept."""
    pack = read_pack(SIX_TYPES)

    summary = await load_pack(database, pack)

    assert summary == _summary(1, _added(2), _added(3), _added(6), _added(9))
    assert summary.changed
    assert await owner.fetchval("SELECT pack_hash FROM content_state") == pack.hash
    versions = await owner.fetch("SELECT level_id, content_version, xp_reward, total_questions FROM level_versions")
    assert {tuple(row) for row in versions} == _versions(pack, 1)
    passed = await owner.fetch("SELECT level_id, min_correct FROM level_versions")
    assert {tuple(row) for row in passed} == {(level.id, level.min_correct) for _, level in pack.levels()}


async def test_a_second_load_writes_nothing(database: Database, owner: Truth) -> None:
    """Loading the same pack again rewrites not a single row, and the version stays."""
    pack = read_pack(SIX_TYPES)
    await load_pack(database, pack)
    before = await rows_of(owner, *CONTENT)

    summary = await load_pack(database, pack)

    assert summary == _summary(1, _unchanged(2), _unchanged(3), _unchanged(6), _unchanged(9))
    assert not summary.changed
    assert await rows_of(owner, *CONTENT) == before


@pytest.mark.parametrize("table", CONTENT)
async def test_a_load_that_fails_leaves_nothing(table: str, database: Database, owner: Truth, tmp_path: Path) -> None:
    """Wherever a load breaks off, all of the earlier content is still there and none of the new."""
    await load_pack(database, read_pack(SIX_TYPES))
    before = await rows_of(owner, *CONTENT)
    edits = [
        Edit("simpul.yaml", "title: Simpul dan Tali", "title: Tali"),
        Edit("simpul.yaml", "title: Simpul Dasar", "title: Dasar"),
        Edit("simpul.yaml", "Susun semboyan pramuka.", "Susun semboyan kita."),
    ]
    pack = read_pack(copy_pack(tmp_path, *edits))
    await owner.execute(
        f"""
        CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken off'; END $$;
        CREATE TRIGGER break_off BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION break_off();
        """
    )

    with pytest.raises(asyncpg.RaiseError, match="broken off"):
        await load_pack(database, pack)

    assert await rows_of(owner, *CONTENT) == before


async def test_the_same_pack_loaded_at_once_is_loaded_once(database: Database, owner: Truth) -> None:
    """Of eight workers that start together one adds everything, and the others find it there."""
    pack = read_pack(SIX_TYPES)

    summaries = await asyncio.gather(*(load_pack(database, pack) for _ in range(8)))

    assert sorted(summary.counts["levels"].added for summary in summaries) == [0] * 7 + [6]
    assert {summary.version for summary in summaries} == {1}
    assert await owner.fetchval("SELECT count(*) FROM level_versions") == 6


async def test_two_packs_at_once_are_loaded_one_after_the_other(
    database: Database, owner: Truth, tmp_path: Path
) -> None:
    """Whichever comes last, the content is one of the two, and a change of the reward is a version of its own."""
    packs = [read_pack(SIX_TYPES), read_pack(copy_pack(tmp_path, REWARD))]

    await asyncio.gather(*(load_pack(database, pack) for pack in packs))

    assert await find_version(database) == 2
    assert await owner.fetchval("SELECT pack_hash FROM content_state") in {pack.hash for pack in packs}
    versions = await owner.fetch("SELECT content_version FROM level_versions WHERE level_id = 'simpul_u1_l1'")
    assert sorted(row["content_version"] for row in versions) == [1, 2]


@pytest.mark.slow
async def test_a_load_waits_for_a_slow_one(database: Database, owner: Truth) -> None:
    """A load that another holds up for longer than a request would ever wait still gets its turn."""
    pack = read_pack(SIX_TYPES)
    slow = owner.transaction()
    await slow.start()
    await owner.execute("LOCK TABLE sections IN EXCLUSIVE MODE")
    loads = [asyncio.create_task(load_pack(database, pack)) for _ in range(2)]
    await asyncio.sleep(2.5)
    await slow.rollback()

    summaries = await asyncio.gather(*loads)

    assert sorted(summary.counts["sections"].added for summary in summaries) == [0, 2]


async def test_a_full_pack_loads_fast(database: Database, pack_dir: Path) -> None:
    """125 levels with their questions take a fraction of a second, so a start is not held up."""
    pack = read_pack(pack_dir)
    async with asyncio.timeout(2):
        summary = await load_pack(database, pack)
    assert summary.counts["levels"].added == len(list(pack.levels()))


CHANGES: dict[str, tuple[list[Edit], LoadSummary, dict[str, int]]] = {
    "a reward": (
        [REWARD],
        _summary(2, _unchanged(2), _unchanged(3), Counts(0, 1, 0, 5), _unchanged(9)),
        {"simpul_u1_l1": 2},
    ),
    "a question's key": (
        [Edit("simpul.yaml", "correct_answer: Simpul mati", "correct_answer: Simpul jangkar")],
        _summary(2, _unchanged(2), _unchanged(3), Counts(0, 1, 0, 5), Counts(0, 1, 0, 8)),
        {"simpul_u1_l1": 2},
    ),
    "a question more": (
        [Edit("simpul.yaml", LAST_LINE, LAST_LINE + NEW_QUESTION)],
        _summary(2, _unchanged(2), _unchanged(3), Counts(0, 1, 0, 5), Counts(1, 0, 0, 9)),
        {"simpul_u2_l1": 2},
    ),
    "titles of a section and a unit": (
        [
            Edit("simpul.yaml", "title: Simpul Dasar", "title: Dasar"),
            Edit("simpul.yaml", "title_en: Knots and Ropes", "title_en: Knots"),
        ],
        _summary(2, Counts(0, 1, 0, 1), Counts(0, 1, 0, 2), _unchanged(6), _unchanged(9)),
        {},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_a_new_version_of_its_level(
    change: str, database: Database, owner: Truth, tmp_path: Path
) -> None:
    """Only the level whose reward or questions changed gets a version; what each version pays and asks is on record."""
    edits, expected, later = CHANGES[change]
    pack = read_pack(copy_pack(tmp_path, *edits))

    assert await _edit(database, owner, pack) == expected

    assert await later_versions(owner) == later
    kept = await owner.fetch("SELECT level_id, content_version, xp_reward, total_questions FROM level_versions")
    assert {tuple(row) for row in kept} == _versions(read_pack(SIX_TYPES), 1) | _versions(pack, 2, later)


async def test_a_level_that_left_the_pack_is_retired_and_may_come_back(
    database: Database, owner: Truth, tmp_path: Path
) -> None:
    """Retired, it stays in the tables with its questions; back in the pack, it is active at its old version."""
    smaller = without_last_level(tmp_path)
    summary = await _edit(database, owner, smaller)
    assert (summary.version, summary.counts["levels"]) == (2, Counts(added=0, changed=0, retired=1, unchanged=5))
    assert await retired_in(owner, "levels") == {"jejak_u1_l3"}
    assert await retired_in(owner, "questions") == {"q_jejak_u1_l3_51"}

    again = await load_pack(database, smaller)
    assert (again.version, again.changed) == (2, False)

    summary = await load_pack(database, read_pack(SIX_TYPES))
    assert (summary.version, summary.counts["levels"]) == (3, Counts(returned=1, unchanged=5))
    assert await retired_in(owner, "levels") == await retired_in(owner, "questions") == set()
    assert await later_versions(owner) == {}
    assert await owner.fetchval("SELECT count(*) FROM level_versions") == 6


async def test_a_learned_level_can_be_retired(database: Database, owner: Truth, tmp_path: Path) -> None:
    """A whole section goes, with levels that learners have completed, and no learner's row with it."""
    summary = await _edit(database, owner, without_simpul(tmp_path))

    assert (summary.counts["sections"].retired, summary.counts["units"].retired) == (1, 2)
    assert (summary.counts["levels"].retired, summary.counts["questions"].retired) == (3, 6)
    assert await retired_in(owner, "sections") == {"simpul"}


async def test_a_row_changed_by_hand_is_put_right(database: Database, owner: Truth) -> None:
    """The pack is the truth: loading it again repairs what somebody changed in the tables."""
    pack = read_pack(SIX_TYPES)
    await load_pack(database, pack)
    await owner.execute("UPDATE questions SET payload = '{}' WHERE id = 'q_simpul_u1_l1_01'")
    await owner.execute("UPDATE levels SET xp_reward = 99 WHERE id = 'jejak_u1_l1'")

    summary = await load_pack(database, pack)

    assert (summary.counts["questions"].changed, summary.counts["levels"].changed) == (1, 1)
    assert await owner.fetchval("SELECT xp_reward FROM levels WHERE id = 'jejak_u1_l1'") == 25


async def _edit(database: Database, owner: Truth, pack: Pack) -> LoadSummary:
    """Load the good pack, let a learner complete its first level, load the other pack: the learner's rows stay."""
    await load_pack(database, read_pack(SIX_TYPES))
    await add_learner(owner, "simpul_u1_l1")
    before = await rows_of(owner, *LEARNERS)
    summary = await load_pack(database, pack, retire=True)
    assert await rows_of(owner, *LEARNERS) == before
    return summary


def _versions(pack: Pack, version: int, ids: Collection[str] | None = None) -> set[tuple[str, int, int, int]]:
    """What is on record of this version of the pack's levels, or of those named."""
    levels = [level for _, level in pack.levels() if ids is None or level.id in ids]
    return {(level.id, version, level.xp_reward, len(level.questions)) for level in levels}
