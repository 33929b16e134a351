"""An admin of the service under test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.learners import Admin, make_admin
from tests.service import Service, Truth


@pytest.fixture
async def admin(service: Service, truth: Truth) -> AsyncIterator[Admin]:
    """An admin who is not on the board."""
    user_id = await make_admin(truth)
    async with service.client(user_id) as client:
        yield Admin(user_id, client)
