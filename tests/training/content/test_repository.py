"""The catalogue read back is what the pack says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scout_os.core.postgres import Database
from scout_os.training.content import find_version, load_catalog, load_pack, read_pack
from scout_os.training.content.pack import Pack, PackLevel, PackSection, PackUnit
from scout_os.training.models import Catalog, Level, Section, Unit
from tests.packs.editing import SIX_TYPES, Edit, copy_pack
from tests.training.content.tables import Owner


async def test_without_content_there_is_no_catalogue(database: Database) -> None:
    """Before the first load there is neither a version nor a catalogue."""
    assert await find_version(database) is None
    assert await load_catalog(database) is None


async def test_the_catalogue_equals_the_pack(database: Database, pack_dir: Path) -> None:
    """Every text, number, payload and order comes back as it was read."""
    for version, directory in enumerate((SIX_TYPES, pack_dir), start=1):
        pack = read_pack(directory)
        await load_pack(database, pack)

        catalog = await load_catalog(database)

        assert catalog is not None
        assert catalog.version == version == await find_version(database)
        assert _as_pack(catalog) == _without_unit_translations(pack)


async def test_english_descriptions_of_units_are_kept(database: Database, owner: Owner, pack_dir: Path) -> None:
    """The table holds them, though the catalogue has no field for them."""
    pack = read_pack(pack_dir)
    await load_pack(database, pack)
    rows = await owner.fetch("SELECT id, description_en FROM units")
    assert {row["id"]: row["description_en"] for row in rows} == {
        unit.id: unit.description_en for _, unit in pack.units()
    }


async def test_levels_carry_their_version(database: Database, tmp_path: Path) -> None:
    """The catalogue knows which version of a level decides an award."""
    await load_pack(database, read_pack(SIX_TYPES))
    await load_pack(database, read_pack(copy_pack(tmp_path, Edit("simpul.yaml", "xp_reward: 10", "xp_reward: 12"))))

    catalog = await load_catalog(database)

    assert catalog is not None
    assert {
        name: level.content_version for name, level in catalog.level_by_id.items() if level.content_version > 1
    } == {"simpul_u1_l1": 2}
    assert all(section.created_at.utcoffset() is not None for section in catalog.sections)


async def test_nothing_below_a_retired_row_is_shown(database: Database, owner: Owner) -> None:
    """An inactive section, unit, level or question hides all that belongs to it."""
    await load_pack(database, read_pack(SIX_TYPES))
    await owner.execute("UPDATE sections SET is_active = false WHERE id = 'jejak'")
    await owner.execute("UPDATE units SET is_active = false WHERE id = 'simpul_u2'")
    await owner.execute("UPDATE levels SET is_active = false WHERE id = 'simpul_u1_l2'")
    await owner.execute("UPDATE questions SET is_active = false WHERE id = 'q_simpul_u1_l1_03'")

    catalog = await load_catalog(database)

    assert catalog is not None
    assert set(catalog.section_by_id) == {"simpul"}
    assert set(catalog.unit_by_id) == {"simpul_u1"}
    assert set(catalog.level_by_id) == {"simpul_u1_l1"}
    assert catalog.level_by_id["simpul_u1_l1"].question_ids == {"q_simpul_u1_l1_01", "q_simpul_u1_l1_02"}


def _as_pack(catalog: Catalog) -> Pack:
    return Pack(tuple(_section(section) for section in catalog.sections))


def _without_unit_translations(pack: Pack) -> Pack:
    sections = [
        replace(section, units=tuple(replace(unit, description_en=None) for unit in section.units))
        for section in pack.sections
    ]
    return Pack(tuple(sections))


def _section(it: Section) -> PackSection:
    units = tuple(_unit(unit) for unit in it.units)
    return PackSection(it.id, it.order, it.tier, it.title, it.title_en, it.description, it.description_en, units)


def _unit(it: Unit) -> PackUnit:
    levels = tuple(_level(level) for level in it.levels)
    return PackUnit(it.id, it.order, it.title, it.title_en, it.description, None, levels)


def _level(it: Level) -> PackLevel:
    return PackLevel(
        it.id,
        it.level_number,
        it.title,
        it.title_en,
        it.difficulty,
        it.xp_reward,
        it.min_correct,
        it.requires,
        it.questions,
    )
