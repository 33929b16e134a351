"""What a load would do is told before it is done, in words that an operator can act on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scout_os.core.postgres import Database
from scout_os.training.content import (
    Learners,
    LoadSummary,
    VersionChanged,
    WouldRetire,
    count_words,
    describe,
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
    retired_in,
    rows_of,
    without_last_level,
    without_simpul,
)

KEYS = "another key in q_simpul_u1_l1_01, q_simpul_u1_l1_03"


async def test_nothing_is_retired_without_consent(database: Database, owner: Truth, tmp_path: Path) -> None:
    """A load that would take levels from the path says which, and how many learners have progress there; it does nothing."""
    await load_pack(database, read_pack(SIX_TYPES))
    await add_learner(owner, "simpul_u1_l1")
    await add_learner(owner, "simpul_u1_l1", "simpul_u2_l1")
    await add_learner(owner, "jejak_u1_l1")
    before = await rows_of(owner, *CONTENT, *LEARNERS)

    with pytest.raises(WouldRetire) as refused:
        await load_pack(database, without_simpul(tmp_path))

    plan = refused.value.summary
    levels = {"simpul_u1_l1", "simpul_u1_l2", "simpul_u2_l1"}
    assert {change.id for change in plan.retired} == {"simpul", "simpul_u1", "simpul_u2", *levels}
    assert plan.learners == Learners(2, {"simpul_u1_l1": 2, "simpul_u2_l1": 1})
    assert await rows_of(owner, *CONTENT, *LEARNERS) == before


async def test_a_question_goes_with_its_level_unasked(database: Database, owner: Truth, tmp_path: Path) -> None:
    """A level that asks less is a changed level: no consent is needed."""
    await load_pack(database, read_pack(copy_pack(tmp_path, Edit("simpul.yaml", LAST_LINE, LAST_LINE + NEW_QUESTION))))
    summary = await load_pack(database, read_pack(SIX_TYPES))
    assert (summary.counts["levels"].changed, summary.counts["questions"].retired) == (1, 1)
    assert await retired_in(owner, "questions") == {"q_simpul_u2_l1_02"}


@pytest.mark.parametrize("consent", [False, True])
async def test_a_plan_is_what_the_load_does(consent: bool, database: Database, owner: Truth, tmp_path: Path) -> None:
    """A dry run tells the same as the load that follows, and leaves every row alone, with or without consent."""
    await load_pack(database, read_pack(SIX_TYPES))
    pack = without_simpul(tmp_path)
    before = await rows_of(owner, *CONTENT)

    plan = await load_pack(database, pack, dry_run=True, retire=consent)

    assert await rows_of(owner, *CONTENT) == before
    done = await load_pack(database, pack, retire=True, if_version=plan.base)
    assert (plan, plan.changes) == (done, done.changes)


async def test_a_plan_that_grew_old_is_not_done(database: Database, owner: Truth, tmp_path: Path) -> None:
    """Another load between looking and doing changes what would be retired, so the second is refused."""
    smaller = without_simpul(tmp_path / "smaller")
    await load_pack(database, read_pack(SIX_TYPES))
    plan = await load_pack(database, smaller, dry_run=True)
    await load_pack(database, read_pack(copy_pack(tmp_path / "other", REWARD)))
    before = await rows_of(owner, *CONTENT)

    with pytest.raises(VersionChanged) as refused:
        await load_pack(database, smaller, retire=True, if_version=plan.base)

    assert (plan.base, refused.value.version) == (1, 2)
    assert await rows_of(owner, *CONTENT) == before


async def test_of_two_loads_for_one_version_one_is_done(database: Database, tmp_path: Path) -> None:
    """However many look at the same version and load at once, only the first does; two first packs never mix."""
    packs = [read_pack(SIX_TYPES), without_simpul(tmp_path)]
    for version in range(3):
        loads = [
            load_pack(database, packs[n % 2], retire=True, if_version=version) for n in range(version, version + 6)
        ]
        done = await asyncio.gather(*loads, return_exceptions=True)
        assert all(isinstance(result, LoadSummary | VersionChanged) for result in done), done
        assert sum(isinstance(result, LoadSummary) and result.changed for result in done) == 1, done
        assert await find_version(database) == version + 1


async def test_learners_are_not_counted_for_ever(
    database: Database, owner: Truth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where counting takes too long, the load is still refused, and the number is unknown."""
    monkeypatch.setattr("scout_os.training.content.repository.COUNT_SECONDS", 1)
    await load_pack(database, read_pack(SIX_TYPES))
    async with owner.transaction():
        await owner.execute("LOCK TABLE user_progress")
        with pytest.raises(WouldRetire) as refused:
            await load_pack(database, without_simpul(tmp_path))
    assert refused.value.summary.learners is None


async def test_each_line_says_what_happens(database: Database, tmp_path: Path) -> None:
    """Added, changed, moved, returned and retired, by name; changed rewards and keys with what they are about."""
    await load_pack(database, read_pack(SIX_TYPES))
    assert describe(await load_pack(database, read_pack(SIX_TYPES), dry_run=True)) == []
    edits = [
        REWARD,
        Edit("simpul.yaml", "title: Simpul dan Tali", "title: Tali"),
        Edit("simpul.yaml", "correct_answer: Simpul mati", "correct_answer: Simpul jangkar"),
        Edit("simpul.yaml", "[Simpul mati, Simpul pangkal,", "[Simpul pangkal, Simpul mati,"),
        Edit("simpul.yaml", "correct_answer: pangkal,", "correct_answer: mati,"),
        Edit("simpul.yaml", "Ikatan diakhiri dengan", "Ikatan selalu diakhiri dengan"),
        Edit("simpul.yaml", "order: 1\n    title: Simpul Dasar", "order: 2\n    title: Simpul Dasar"),
        Edit("simpul.yaml", "order: 2\n    title: Ikatan", "order: 1\n    title: Ikatan"),
        Edit("simpul.yaml", LAST_LINE, LAST_LINE + NEW_QUESTION),
    ]
    assert describe(await load_pack(database, without_last_level(tmp_path, *edits), retire=True)) == [
        "retired  level jejak_u1_l3 (Akhir Jejak)",
        "changed  section simpul (Tali): title",
        "moved    unit simpul_u1 (Simpul Dasar): order 1 → 2",
        f"changed  level simpul_u1_l1 (Simpul Pertama): xp_reward 10 → 12; questions 2 changed; {KEYS}",
        "moved    unit simpul_u2 (Ikatan): order 2 → 1",
        "changed  level simpul_u2_l1 (Ikatan Palang): questions 1 added",
    ]
    back = await load_pack(database, read_pack(SIX_TYPES), dry_run=True)
    assert "returned level jejak_u1_l3 (Akhir Jejak): questions 1 returned" in describe(back)
    assert "1 returned" in str(back)
    alone = await load_pack(database, without_simpul(tmp_path / "alone"), dry_run=True)
    assert describe(alone, ["added"]) == []
    assert count_words(alone.retired) == "1 section, 2 units, 3 levels"


async def test_rows_changed_by_hand_are_told(database: Database, owner: Truth) -> None:
    """A question that somebody changed in the table is told with its level, although the level is as it was."""
    await load_pack(database, read_pack(SIX_TYPES))
    await owner.execute(
        """UPDATE questions SET instead_of = jsonb_set(instead_of, '{payload}', '{"correct_answer": false}')
            WHERE id = 'q_simpul_u1_l1_52'"""
    )
    plan = await load_pack(database, read_pack(SIX_TYPES), dry_run=True)
    assert describe(plan) == ["changed  level simpul_u1_l1: questions 1 changed; another key in q_simpul_u1_l1_02"]
