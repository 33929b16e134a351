"""Commands on a database that is not ready for them."""

from __future__ import annotations

import pytest

from scout_os.cli.services import _wait_until_migrated
from scout_os.core.postgres import Database
from scout_os.core.problems import Unavailable
from tests.service import Truth


async def test_a_command_says_that_it_waits_for_a_migration_in_vain(
    database: Database, owner: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a schema that stays older than the release, a command ends with the reason and the way out."""
    monkeypatch.setattr("scout_os.cli.services.MIGRATION_SECONDS", 0.3)
    await owner.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(Unavailable, match="scout-os migrate"):
        await _wait_until_migrated(database)
