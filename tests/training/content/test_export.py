"""What is loaded can be written as a pack, and that pack is the same content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scout_os.core.postgres import Database
from scout_os.training.content import load_catalog, load_pack, read_pack, write_pack
from tests.packs.editing import SIX_TYPES, Edit, copy_pack
from tests.service import Truth
from tests.training.content.loads import CONTENT, rows_of, without_simpul

STRANGE = [
    "a # b",
    "Sebutkan: tiga",
    "* penting",
    """'kutip' dan "kutip" """.strip(),
    "C:\\tali \\",
    "1961",
    "~",
    "=",
    "yes",
    "- [x] {y}",
    "🏕 Persami 🧭",
    "سلام",
    "dua baris  panjang " * 30 + ".",
]


async def export(database: Database, directory: Path) -> dict[str, bytes]:
    """The files of the pack that is written from what is loaded."""
    catalog = await load_catalog(database)
    assert catalog is not None
    write_pack(catalog, directory)
    return files_in(directory)


def files_in(directory: Path) -> dict[str, bytes]:
    """The content of each file, by its path below the directory."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def names_in(directory: Path) -> set[str]:
    """The names of what the directory holds, hidden files included."""
    return {path.name for path in directory.iterdir()}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize("pack", ["six_types", "new_kinds", "pramuka"])
async def test_an_export_loads_to_the_same_content(
    pack: str, database: Database, owner: Truth, tmp_path: Path, pack_dir: Path
) -> None:
    """Loading the export writes not a single row, and the next export has the same bytes."""
    source = pack_dir if pack == "pramuka" else SIX_TYPES.with_name(pack)
    original = read_pack(source)
    await load_pack(database, original)
    before = await rows_of(owner, *CONTENT)

    first = await export(database, tmp_path / "first")
    exported = read_pack(tmp_path / "first")
    summary = await load_pack(database, exported)

    assert (exported, exported.hash) == (original, original.hash)
    assert not summary.changed
    assert await rows_of(owner, *CONTENT) == before
    assert await export(database, tmp_path / "second") == first
    drawings = {name for name in first if name.startswith("media/")}
    assert all(first[name] == (source / name).read_bytes() for name in drawings)
    assert len(drawings) == {"new_kinds": 4}.get(pack, len(drawings))


@pytest.mark.parametrize("text", STRANGE)
async def test_every_text_survives(text: str, database: Database, tmp_path: Path) -> None:
    """Whatever a text holds, it is quoted as needed, in titles, options and texts of several lines."""
    lines = f"{text}\n  {text}  \n\n#{text}"
    edits = [
        Edit("simpul.yaml", "title: Simpul Pertama", f"title: {_quoted(text)}"),
        Edit("simpul.yaml", "Simpul jangkar]", f"{_quoted(text)}]"),
        Edit("simpul.yaml", "question: Susun semboyan pramuka.", f"question: {_quoted(lines)}"),
    ]
    original = read_pack(copy_pack(tmp_path / "pack", *edits))
    await load_pack(database, original)
    await export(database, tmp_path / "export")
    assert read_pack(tmp_path / "export") == original


async def test_an_export_reads_as_authors_write(database: Database, tmp_path: Path) -> None:
    """Text stands bare where that is safe, and texts of several lines stand below a bar."""
    await load_pack(database, read_pack(SIX_TYPES))
    written = (await export(database, tmp_path / "export"))["simpul.yaml"].decode()
    assert "\n        title: Simpul Pertama\n" in written
    assert "explanation: |-\n              Siap selalu.\n              Begitulah semboyannya.\n" in written


async def test_what_is_retired_is_not_exported(database: Database, tmp_path: Path) -> None:
    """An export has what learners see now; a file a section, without leftovers beside it."""
    await load_pack(database, read_pack(SIX_TYPES))
    await load_pack(database, without_simpul(tmp_path / "alone"), retire=True)
    assert list(await export(database, tmp_path / "export")) == ["jejak.yaml"]
    assert names_in(tmp_path) == {"alone", "export"}


async def test_an_export_overwrites_nothing(database: Database, tmp_path: Path) -> None:
    """A directory that holds anything, or a file, is refused and left alone; an empty directory is filled."""
    await load_pack(database, read_pack(SIX_TYPES))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "tali.yaml").write_text("id: tali")
    (tmp_path / "file").write_text("")
    for name in ("full", "file"):
        with pytest.raises(OSError, match="not an empty directory"):
            await export(database, tmp_path / name)
    assert (names_in(tmp_path), names_in(tmp_path / "full")) == ({"full", "file"}, {"tali.yaml"})
    (tmp_path / "empty").mkdir()
    assert set(await export(database, tmp_path / "empty")) == {"jejak.yaml", "simpul.yaml"}
