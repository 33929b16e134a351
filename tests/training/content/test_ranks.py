"""What learners are called by their XP."""

from __future__ import annotations

from pathlib import Path

import pytest

from scout_os.core.postgres import Database
from scout_os.training.content import describe, load_catalog, load_pack, read_pack, write_pack
from scout_os.training.models import Rank
from tests.packs.editing import SIX_TYPES, copy_pack
from tests.training.content.refusals import issues_of

RANKS = "ranks:\n  - {name: Awal, name_en: Beginner, from_xp: 0}\n  - {name: Lanjut, from_xp: 50}\n"
READ = (Rank("Awal", "Beginner", 0), Rank("Lanjut", None, 50))


def with_ranks(directory: Path, text: str = RANKS, name: str = "pack.yaml") -> Path:
    copy_pack(directory)
    (directory / name).write_text(text, "utf-8")
    return directory


def test_a_pack_may_name_its_ranks(tmp_path: Path) -> None:
    """They stand in a file of the pack's own, beside the sections, and are part of what the pack is."""
    plain, named = read_pack(SIX_TYPES), read_pack(with_ranks(tmp_path))
    assert (plain.ranks, named.ranks) == ((), READ)
    assert named.sections == plain.sections
    assert named.hash != plain.hash


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (RANKS.replace("from_xp: 0", "from_xp: 1"), 2, "from_xp: the first rank begins at 0"),
        (RANKS.replace("50", "0"), 3, "from_xp: must be more than that of the rank before, 0"),
        (RANKS.replace("Lanjut", "Awal"), 3, "ranks: 'Awal' is there twice (first on line 2)"),
        (RANKS.replace("Lanjut", "L" * 41), 3, "name: longer than 40 characters (41)"),
        (RANKS.replace("Lanjut", "''"), 3, "name: must not be blank"),
        (RANKS.replace(", from_xp: 50", ""), 3, "ranks: missing field from_xp"),
        ("ranks: []\n", 1, "ranks: must have 1 to 50 entries, not 0"),
        ("colour: red\n", 1, "pack: missing field ranks"),
        ("id: tali\nranks:\n  - {name: Awal, from_xp: 0}\n", 1, "pack: unknown field 'id': it may have ranks"),
        ("[", 2, "not valid YAML"),
    ],
)
def test_ranks_are_strict(text: str, line: int, reason: str, tmp_path: Path) -> None:
    """They begin at 0 and rise, and each has a name of its own that fits beside a learner's."""
    issues = issues_of(with_ranks(tmp_path, text))
    assert any((issue.file, issue.line) == ("pack.yaml", line) and reason in issue.reason for issue in issues), issues


def test_ranks_alone_are_no_pack(tmp_path: Path) -> None:
    """Sections are needed, a second file of the pack's own is refused, and no section can have its name."""
    (tmp_path / "pack.yaml").write_text(RANKS)
    assert [issue.reason for issue in issues_of(tmp_path)] == ["the pack has no section"]
    with_ranks(tmp_path, name="pack.yml")
    assert issues_of(tmp_path) == [("pack.yml", 1, "the pack has pack.yaml already")]
    for name in ("pack.yaml", "pack.yml"):
        (tmp_path / name).unlink()
    path = tmp_path / "jejak.yml"
    path.write_text(path.read_text("utf-8").replace("jejak", "pack"), "utf-8")
    assert issues_of(tmp_path) == [("jejak.yml", 2, "id: pack is the name of the pack's own file")]


async def test_ranks_are_loaded_told_and_exported(database: Database, tmp_path: Path) -> None:
    """A change of ranks alone is a change; the same again is none; an export has them; without them, defaults return."""
    await load_pack(database, read_pack(SIX_TYPES))
    named = read_pack(with_ranks(tmp_path / "pack"))
    plan = await load_pack(database, named, dry_run=True)
    assert (describe(plan), str(plan)) == (["changed  scout ranks"], "ranks changed")
    assert (await load_pack(database, named)).version == 2
    assert not (await load_pack(database, named)).changed
    catalog = await load_catalog(database)
    assert catalog is not None
    assert catalog.ranks == READ
    write_pack(catalog, tmp_path / "export")
    assert read_pack(tmp_path / "export") == named
    assert (await load_pack(database, read_pack(SIX_TYPES))).version == 3
    plain = await load_catalog(database)
    assert plain is not None
    assert plain.ranks == ()
