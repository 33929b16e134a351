"""A good pack becomes values that say what its files say; whatever else the files hold ends in `PackInvalid`."""

from __future__ import annotations

import itertools
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scout_os.training.content import Issue, PackInvalid, read_pack
from tests.packs.editing import SIX_TYPES, Edit, copy_pack

TEXT = (SIX_TYPES / "simpul.yaml").read_bytes()
PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([b"&a ", b"*a", b"!!set ", b"!!int ", b"---\n", b"? ", b": ", b"[", b"{", b"|\n", b'"\\', b"\x00"]),
    st.text(max_size=4).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def test_all_six_types_are_read_as_they_are_written() -> None:
    """Each payload has the shape that graders and clients read."""
    payloads = {question.type: question.payload for _, question in read_pack(SIX_TYPES).questions()}
    assert payloads == {
        "multiple_choice": {
            "options": ["Simpul mati", "Simpul pangkal", "Simpul jangkar"],
            "correct_answer": "Simpul mati",
        },
        "true_false": {"correct_answer": True},
        "fill_blank": {"correct_answer": "7", "case_sensitive": True},
        "word_bank": {"words": ["sedia", "siap", "selalu"], "correct_order": ["siap", "selalu"]},
        "matching": {
            "pairs": [
                {"left": "Simpul anyam", "right": "tali tak sama besar"},
                {"left": "Simpul kembar", "right": "tali licin"},
            ]
        },
        "ordering": {"items": ["Simpul awal", "Lilitan", "Jepitan", "Simpul akhir"]},
    }


def test_a_level_is_read_whole() -> None:
    """Optional fields that are left out are None; a block text loses the line break that ends it."""
    level = read_pack(SIX_TYPES).sections[0].units[0].levels[1]
    assert (level.id, level.level_number, level.title, level.title_en) == ("simpul_u1_l2", 2, "Menyusun Kalimat", None)
    assert (level.difficulty, level.xp_reward, level.min_correct) == ("easy", 15, 1)
    assert level.requires == "simpul_u1_l1"
    assert [question.order for question in level.questions] == [1, 2]
    assert level.questions[0].explanation == "Siap selalu.\nBegitulah semboyannya."


def test_names_of_files_do_not_matter(tmp_path: Path) -> None:
    """The pack is in the order of the path, whatever order the directory lists its files in."""
    expected = read_pack(SIX_TYPES)
    files = [path.read_bytes() for path in SIX_TYPES.iterdir()]
    for number, order in enumerate(itertools.permutations(files)):
        target = tmp_path / str(number)
        target.mkdir()
        for name, content in zip(("a.yaml", "b.YML"), order, strict=True):
            (target / name).write_bytes(content)
        assert read_pack(target) == expected
        assert read_pack(target).hash == expected.hash


def test_the_order_within_a_file_does_not_matter(tmp_path: Path) -> None:
    """Numbers decide, not the place in the file, and ids need not follow them."""
    copy_pack(
        tmp_path,
        Edit("simpul.yaml", "order: 1\n    title: Simpul Dasar", "order: 2\n    title: Simpul Dasar"),
        Edit("simpul.yaml", "order: 2\n    title: Ikatan", "order: 1\n    title: Ikatan"),
    )
    assert [unit.id for unit in read_pack(tmp_path).sections[0].units] == ["simpul_u2", "simpul_u1"]


def test_what_editors_write_is_read(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends and hidden companions of a file change nothing."""
    copy_pack(tmp_path)
    path = tmp_path / "jejak.yml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    (tmp_path / "._jejak.yml").write_bytes(b"\x00\x05\x16\x07")
    assert read_pack(tmp_path) == read_pack(SIX_TYPES)


def test_a_pack_saved_in_nfd_is_the_same_pack(tmp_path: Path) -> None:
    """Some editors and file systems decompose letters; what is read is composed, with joiners that a script needs."""
    edits = (
        Edit("simpul.yaml", "Simpul Pertama", "Séjour Ñandú می\u200cخواهم"),
        Edit("simpul.yaml", "correct_answer: pangkal", "correct_answer: kafé"),
    )
    composed = copy_pack(tmp_path / "nfc", *edits)
    decomposed = copy_pack(tmp_path / "nfd", *edits)
    path = decomposed / "simpul.yaml"
    path.write_text(unicodedata.normalize("NFD", path.read_text("utf-8")), "utf-8")
    assert path.read_bytes() != (composed / "simpul.yaml").read_bytes()
    assert read_pack(decomposed) == read_pack(composed)
    assert read_pack(decomposed).sections[0].units[0].levels[0].title == "Séjour Ñandú می\u200cخواهم"


def test_each_text_of_a_level_is_in_its_hash(tmp_path: Path) -> None:
    """Any edit of a level or its questions changes the hash of that level, and of no other."""
    before = {level.id: level.content_hash for _, level in read_pack(SIX_TYPES).levels()}
    edits = [
        Edit("simpul.yaml", "title_en: The First Knot", "title_en: Knot One"),
        Edit("simpul.yaml", "difficulty: very_easy", "difficulty: easy"),
        Edit("simpul.yaml", "xp_reward: 10", "xp_reward: 11"),
        Edit("simpul.yaml", "min_correct: 2", "min_correct: 3"),
        Edit("simpul.yaml", "correct_answer: pangkal", "correct_answer: mati"),
        Edit("simpul.yaml", "case_sensitive: false", "case_sensitive: true"),
        Edit("simpul.yaml", "[Simpul mati, Simpul pangkal,", "[Simpul pangkal, Simpul mati,"),
        Edit("simpul.yaml", "Ikatan diakhiri dengan", "Ikatan selalu diakhiri dengan"),
    ]
    for number, edit in enumerate(edits):
        pack = read_pack(copy_pack(tmp_path / str(number), edit))
        after = {level.id: level.content_hash for _, level in pack.levels()}
        assert {name for name in before if before[name] != after[name]} == {"simpul_u1_l1"}, edit


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 40), PIECES), min_size=1, max_size=3))
def test_mutated_bytes_never_raise_anything_else(cuts: list[tuple[int, int, bytes]]) -> None:
    """Cutting bytes out of a file and pasting others in gives a pack or its issues."""
    content = TEXT
    for start, length, piece in cuts:
        content = content[:start] + piece + content[start + length :]
    _read(content)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.data())
def test_mutated_values_never_raise_anything_else(data: st.DataObject) -> None:
    """Putting any value in the place of any other gives a pack or its issues."""
    root = yaml.safe_load(TEXT)
    holder, key = data.draw(st.sampled_from(list(_spots(root))))
    holder[key] = data.draw(JSON)
    _read(yaml.safe_dump(root, allow_unicode=data.draw(st.booleans())).encode("utf-8", "surrogatepass"))


def _read(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as directory:
        target = copy_pack(Path(directory))
        (target / "simpul.yaml").write_bytes(content)
        issues = _issues(target)
    assert all(issue.line >= 1 and issue.reason for issue in issues)


def _issues(directory: Path) -> list[Issue]:
    try:
        pack = read_pack(directory)
    except PackInvalid as refused:
        return refused.issues
    assert len(pack.hash) == 64  # what is accepted can be written as UTF-8 and JSON
    return []


def _spots(node: Any) -> list[tuple[Any, Any]]:
    """Every place that holds a value: (its list or mapping, its index or key)."""
    if isinstance(node, dict):
        inner: list[tuple[Any, Any]] = list(node.items())
    elif isinstance(node, list):
        inner = list(enumerate(node))
    else:
        return []
    return [(node, key) for key, _ in inner] + [spot for _, value in inner for spot in _spots(value)]
