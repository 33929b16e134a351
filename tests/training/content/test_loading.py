"""Loading a pack makes it the active content, once and whole; what learners have earned stays as it is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from scout_os.core.postgres import Database
from scout_os.training.content import Counts, LoadSummary, Pack, find_version, load_pack, read_pack
from tests.packs.editing import SIX_TYPES, Edit, copy_pack
from tests.training.content.tables import CONTENT, LEARNERS, Owner, add_learner, later_versions, retired_in, rows_of

REWARD = Edit("simpul.yaml", "xp_reward: 10", "xp_reward: 12")
NEW_QUESTION = """
          - id: q_simpul_u2_l1_02
            order: 2
            type: true_false
            question: Ikatan silang berbeda dengan ikatan palang.
            payload: {correct_answer: true}
            explanation: Keduanya ikatan yang berbeda.
"""
LAST_LINE = "            explanation: Dari simpul awal sampai simpul akhir.\n"


def _added(number: int) -> Counts:
    return Counts(added=number, changed=0, retired=0, unchanged=0)


def _unchanged(number: int) -> Counts:
    return Counts(added=0, changed=0, retired=0, unchanged=number)


async def test_the_first_load_adds_everything(database: Database, owner: Owner) -> None:
    """An empty database gets all rows, each level at version 1 with what it pays kept."""
    pack = read_pack(SIX_TYPES)

    summary = await load_pack(database, pack)

    assert summary == LoadSummary(1, sections=_added(2), units=_added(3), levels=_added(6), questions=_added(9))
    assert summary.changed
    assert await owner.fetchval("SELECT pack_hash FROM content_state") == pack.hash
    versions = await owner.fetch(
        "SELECT level_id, content_version, xp_reward, min_correct, total_questions FROM level_versions"
    )
    expected = {(level.id, 1, level.xp_reward, level.min_correct, len(level.questions)) for _, level in pack.levels()}
    assert {tuple(row) for row in versions} == expected


async def test_a_second_load_writes_nothing(database: Database, owner: Owner) -> None:
    """Loading the same pack again rewrites not a single row, and the version stays."""
    pack = read_pack(SIX_TYPES)
    await load_pack(database, pack)
    before = await rows_of(owner, *CONTENT)

    summary = await load_pack(database, pack)

    assert summary == LoadSummary(1, _unchanged(2), _unchanged(3), _unchanged(6), _unchanged(9))
    assert not summary.changed
    assert await rows_of(owner, *CONTENT) == before


@pytest.mark.parametrize("table", CONTENT)
async def test_a_load_that_fails_leaves_nothing(table: str, database: Database, owner: Owner, tmp_path: Path) -> None:
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


async def test_the_same_pack_loaded_at_once_is_loaded_once(database: Database, owner: Owner) -> None:
    """Of eight workers that start together one adds everything, and the others find it there."""
    pack = read_pack(SIX_TYPES)

    summaries = await asyncio.gather(*(load_pack(database, pack) for _ in range(8)))

    assert sorted(summary.levels.added for summary in summaries) == [0] * 7 + [6]
    assert {summary.version for summary in summaries} == {1}
    assert await owner.fetchval("SELECT count(*) FROM level_versions") == 6


async def test_two_packs_at_once_are_loaded_one_after_the_other(
    database: Database, owner: Owner, tmp_path: Path
) -> None:
    """Whichever comes last, the content is one of the two, and a change of the reward is a version of its own."""
    packs = [read_pack(SIX_TYPES), read_pack(copy_pack(tmp_path, REWARD))]

    await asyncio.gather(*(load_pack(database, pack) for pack in packs))

    assert await find_version(database) == 2
    assert await owner.fetchval("SELECT pack_hash FROM content_state") in {pack.hash for pack in packs}
    versions = await owner.fetch("SELECT content_version FROM level_versions WHERE level_id = 'simpul_u1_l1'")
    assert sorted(row["content_version"] for row in versions) == [1, 2]


async def test_a_load_waits_for_a_slow_one(database: Database, owner: Owner) -> None:
    """A load that another holds up for longer than a request would ever wait still gets its turn."""
    pack = read_pack(SIX_TYPES)
    slow = owner.transaction()
    await slow.start()
    await owner.execute("LOCK TABLE sections IN EXCLUSIVE MODE")
    loads = [asyncio.create_task(load_pack(database, pack)) for _ in range(2)]
    await asyncio.sleep(2.5)
    await slow.rollback()

    summaries = await asyncio.gather(*loads)

    assert sorted(summary.sections.added for summary in summaries) == [0, 2]


async def test_a_full_pack_loads_fast(database: Database, pack_dir: Path) -> None:
    """125 levels with their questions take a fraction of a second, so a start is not held up."""
    pack = read_pack(pack_dir)
    async with asyncio.timeout(2):
        summary = await load_pack(database, pack)
    assert summary.levels.added == len(list(pack.levels()))


async def test_a_changed_reward_is_a_new_version_of_that_level(
    database: Database, owner: Owner, tmp_path: Path
) -> None:
    """The level pays the new reward from now on; what the old version paid stays on record."""
    pack = read_pack(copy_pack(tmp_path, REWARD))

    summary = await _edit(database, owner, pack)

    assert summary.version == 2
    assert summary.levels == Counts(added=0, changed=1, retired=0, unchanged=5)
    assert summary.questions == Counts(added=0, changed=0, retired=0, unchanged=9)
    assert await later_versions(owner) == {"simpul_u1_l1": 2}
    paid = await owner.fetch(
        "SELECT content_version, xp_reward FROM level_versions WHERE level_id = 'simpul_u1_l1' ORDER BY 1"
    )
    assert [tuple(row) for row in paid] == [(1, 10), (2, 12)]


async def test_a_changed_question_is_a_new_version_of_its_level(
    database: Database, owner: Owner, tmp_path: Path
) -> None:
    """A new key changes that question and the version of its level, nothing else."""
    edit = Edit("simpul.yaml", "correct_answer: Simpul mati", "correct_answer: Simpul jangkar")

    summary = await _edit(database, owner, read_pack(copy_pack(tmp_path, edit)))

    assert summary.questions == Counts(added=0, changed=1, retired=0, unchanged=8)
    assert await later_versions(owner) == {"simpul_u1_l1": 2}


async def test_an_added_question_is_a_new_version_of_its_level(
    database: Database, owner: Owner, tmp_path: Path
) -> None:
    """The level's new version knows how many questions it has now."""
    edit = Edit("simpul.yaml", LAST_LINE, LAST_LINE + NEW_QUESTION)

    summary = await _edit(database, owner, read_pack(copy_pack(tmp_path, edit)))

    assert summary.questions == Counts(added=1, changed=0, retired=0, unchanged=9)
    assert await later_versions(owner) == {"simpul_u2_l1": 2}
    totals = await owner.fetch(
        "SELECT total_questions FROM level_versions WHERE level_id = 'simpul_u2_l1' ORDER BY content_version"
    )
    assert [row["total_questions"] for row in totals] == [1, 2]


async def test_a_changed_title_of_a_unit_is_no_new_version_of_a_level(
    database: Database, owner: Owner, tmp_path: Path
) -> None:
    """Sections and units change without touching their levels."""
    edits = [
        Edit("simpul.yaml", "title: Simpul Dasar", "title: Dasar"),
        Edit("simpul.yaml", "title_en: Knots and Ropes", "title_en: Knots"),
    ]

    summary = await _edit(database, owner, read_pack(copy_pack(tmp_path, *edits)))

    assert (summary.sections.changed, summary.units.changed, summary.levels.touched) == (1, 1, 0)
    assert summary.version == 2
    assert await later_versions(owner) == {}


async def test_a_level_that_left_the_pack_is_retired(database: Database, owner: Owner, tmp_path: Path) -> None:
    """It stays in the tables with its questions, inactive."""
    summary = await _edit(database, owner, _without_last_level(tmp_path))

    assert summary.version == 2
    assert summary.levels == Counts(added=0, changed=0, retired=1, unchanged=5)
    assert await retired_in(owner, "levels") == {"jejak_u1_l3"}
    assert await retired_in(owner, "questions") == {"q_jejak_u1_l3_01"}
    assert await later_versions(owner) == {}


async def test_a_retired_level_stays_retired_quietly(database: Database, owner: Owner, tmp_path: Path) -> None:
    """Loading the smaller pack again retires nothing a second time."""
    pack = _without_last_level(tmp_path)
    await _edit(database, owner, pack)

    summary = await load_pack(database, pack)

    assert not summary.changed
    assert summary.version == 2


async def test_a_level_that_comes_back_is_the_one_it_was(database: Database, owner: Owner, tmp_path: Path) -> None:
    """It is active again at its old version, because nothing of it changed."""
    await _edit(database, owner, _without_last_level(tmp_path))

    summary = await load_pack(database, read_pack(SIX_TYPES))

    assert summary.version == 3
    assert summary.levels == Counts(added=0, changed=1, retired=0, unchanged=5)
    assert await retired_in(owner, "levels") == set()
    assert await retired_in(owner, "questions") == set()
    assert await later_versions(owner) == {}
    assert await owner.fetchval("SELECT count(*) FROM level_versions") == 6


async def test_a_learned_level_can_be_retired(database: Database, owner: Owner, tmp_path: Path) -> None:
    """A whole section goes, with levels that learners have completed, and no learner's row with it."""
    copy_pack(tmp_path, Edit("jejak.yml", "order: 2\ntier", "order: 1\ntier"))
    (tmp_path / "simpul.yaml").unlink()

    summary = await _edit(database, owner, read_pack(tmp_path))

    assert (summary.sections.retired, summary.units.retired) == (1, 2)
    assert (summary.levels.retired, summary.questions.retired) == (3, 6)
    assert await retired_in(owner, "sections") == {"simpul"}


async def test_a_row_changed_by_hand_is_put_right(database: Database, owner: Owner) -> None:
    """The pack is the truth: loading it again repairs what somebody changed in the tables."""
    pack = read_pack(SIX_TYPES)
    await load_pack(database, pack)
    await owner.execute("UPDATE questions SET payload = '{}' WHERE id = 'q_simpul_u1_l1_01'")
    await owner.execute("UPDATE levels SET xp_reward = 99 WHERE id = 'jejak_u1_l1'")

    summary = await load_pack(database, pack)

    assert (summary.questions.changed, summary.levels.changed) == (1, 1)
    assert await owner.fetchval("SELECT xp_reward FROM levels WHERE id = 'jejak_u1_l1'") == 25


async def _edit(database: Database, owner: Owner, pack: Pack) -> LoadSummary:
    """Load the good pack, let a learner complete its first level, load the other pack: the learner's rows stay."""
    await load_pack(database, read_pack(SIX_TYPES))
    await add_learner(owner, "simpul_u1_l1")
    before = await rows_of(owner, *LEARNERS)
    summary = await load_pack(database, pack)
    assert await rows_of(owner, *LEARNERS) == before
    return summary


def _without_last_level(directory: Path) -> Pack:
    copy_pack(directory)
    path = directory / "jejak.yml"
    head, _, _ = path.read_text("utf-8").partition("      - id: jejak_u1_l3\n")
    path.write_text(head, "utf-8")
    return read_pack(directory)
