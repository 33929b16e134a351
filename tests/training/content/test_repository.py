"""The catalogue read back is what the pack says."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from scout_os.core.postgres import Database
from scout_os.training.content import find_version, load_catalog, load_pack, read_pack
from scout_os.training.content.pack import Pack, PackLevel, PackSection, PackUnit
from tests.packs.editing import NEW_KINDS, SIX_TYPES, Edit, copy_pack
from tests.service import Truth

INNER = {"sections": PackSection, "units": PackUnit, "levels": PackLevel}


async def test_without_content_there_is_no_catalogue(database: Database) -> None:
    """Before the first load there is neither a version nor a catalogue."""
    assert await find_version(database) is None
    assert await load_catalog(database) is None


async def test_the_catalogue_equals_the_pack(database: Database, pack_dir: Path) -> None:
    """Every text, number, payload and order comes back as it was read."""
    for version, directory in enumerate((SIX_TYPES, NEW_KINDS, pack_dir), start=1):
        pack = read_pack(directory)
        await load_pack(database, pack, retire=True)

        catalog = await load_catalog(database)

        assert catalog is not None
        assert catalog.version == version == await find_version(database)
        assert _as(Pack, catalog) == pack


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


async def test_nothing_below_a_retired_row_is_shown(database: Database, owner: Truth) -> None:
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
    assert catalog.level_by_id["simpul_u1_l1"].question_by_id.keys() == {
        *("q_simpul_u1_l1_01", "q_simpul_u1_l1_02", "q_simpul_u1_l1_52")
    }


def _as(kind: type[Any], it: Any) -> Any:
    """The values of `it` that a pack has, as the pack's `kind`."""
    values = {field.name: getattr(it, field.name) for field in fields(kind)}
    for name, inner in INNER.items():
        if name in values:
            values[name] = tuple(_as(inner, part) for part in values[name])
    return kind(**values)
