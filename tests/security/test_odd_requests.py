"""Requests that no sane client sends: answered or ended, and never by an error of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from scout_os.core.server import connection
from scout_os.core.store_urls import StoreUrls
from tests.security.odd_requests import DEADLINES, KEEP_ALIVE_SECONDS, attack
from tests.service import serve


async def test_whatever_comes_is_answered_or_ended(
    packed_stores: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Upgrades, lengths, encodings, versions, pipelines and packets from a seed: no 500, no connection left open."""
    for name, seconds in DEADLINES.items():
        monkeypatch.setattr(connection, name, seconds)
    with serve(packed_stores, tmp_path, keep_alive_seconds=KEEP_ALIVE_SECONDS, limits="off") as service:
        outcome = await attack(service, requests=400, seed=7)
        async with service.client() as client:
            assert (await client.get("/training/sections")).status_code == 200
    assert outcome.bad == []
    assert outcome.statuses[200] > 0 < outcome.statuses[400]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
