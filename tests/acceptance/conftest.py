"""What several acceptance tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service import Service, serve


@pytest.fixture
def rival(service: Service, tmp_path: Path) -> Iterator[Service]:
    """A second worker over the same stores: what one worker lines up, two workers race for."""
    with serve(service.stores, tmp_path / "rival") as running:
        yield running
