"""The small application, served with its deadlines as they are, or short."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from scout_os.core.server import connection
from tests.core.server.lines import DEADLINE, app, serving


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(app) as served:
        yield served.port


@pytest.fixture
def short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "ANSWER_SECONDS", "LINGER_SECONDS"):
        monkeypatch.setattr(connection, name, DEADLINE)


@pytest.fixture
async def hasty(short_deadlines: None) -> AsyncIterator[int]:
    """A server with short deadlines."""
    async with serving(app) as served:
        yield served.port
