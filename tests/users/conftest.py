"""The application that these tests talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from scout_os.core.postgres import Database
from tests.users.serving import Api, serve


@pytest.fixture
async def api(database: Database) -> AsyncIterator[Api]:
    """Users and auth over HTTP, on a fresh database."""
    async with serve(database) as serving:
        yield serving
