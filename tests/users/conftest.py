"""The API that these tests talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scout_os.core.store_urls import StoreUrls
from tests.users.serving import Api, serve


@pytest.fixture
async def api(stores: StoreUrls, tmp_path: Path) -> AsyncIterator[Api]:
    """The API on a fresh database."""
    async with serve(stores, tmp_path) as serving:
        yield serving
