"""Loading a pack makes it the active content, once, whole and in any order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from scout_os.core.postgres import Database
from scout_os.training.content import Counts, LoadSummary, find_version, load_pack, read_pack
from tests.packs.editing import SIX_TYPES, Edit, copy_pack
from tests.training.content.tables import CONTENT, Owner, rows_of

REWARD = Edit("simpul.yaml", "xp_reward: 10", "xp_reward: 12")


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


async def test_the_order_of_files_does_not_matter(database: Database, owner: Owner, tmp_path: Path) -> None:
    """With the files the other way round the same rows are there already."""
    copy_pack(tmp_path)
    (tmp_path / "jejak.yml").rename(tmp_path / "z.yaml")
    await load_pack(database, read_pack(tmp_path))
    before = await rows_of(owner, *CONTENT)

    summary = await load_pack(database, read_pack(SIX_TYPES))

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
