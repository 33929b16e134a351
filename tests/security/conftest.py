"""Services to attack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scout_os.instance import StoreUrls
from tests.contract.packs import Lesson, read_lessons
from tests.service import Service, serve


@pytest.fixture
def grader(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """A service that grades itself, with the pack of this release."""
    with serve(packed_stores, tmp_path, grading="server") as running:
        yield running


@pytest.fixture
def lessons(pack_dir: Path) -> list[Lesson]:
    """The levels of this release's pack, in the order of the path."""
    return read_lessons(pack_dir)
