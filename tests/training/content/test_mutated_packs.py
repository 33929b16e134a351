"""Whatever happens to the files, reading ends with a pack or with `PackInvalid`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scout_os.training.content import Issue, PackInvalid, read_pack
from tests.packs.editing import SIX_TYPES, copy_pack

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


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, 40), PIECES), min_size=1, max_size=3))
def test_mutated_bytes_never_raise_anything_else(cuts: list[tuple[int, int, bytes]]) -> None:
    """Cutting bytes out of a file and pasting others in gives a pack or its issues."""
    content = TEXT
    for start, length, piece in cuts:
        content = content[:start] + piece + content[start + length :]
    _read(content)


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
