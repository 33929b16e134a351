"""What an app is told before anybody signs in."""

from __future__ import annotations

from pathlib import Path

import pytest

from scout_os import __version__
from scout_os.core.store_urls import StoreUrls
from tests.service import serve

WEB, ANDROID = "web.apps.googleusercontent.com", "android.apps.googleusercontent.com"


@pytest.mark.parametrize(("grading", "clients", "shown"), [("client", "", None), ("server", f"{WEB}, {ANDROID}", WEB)])
async def test_an_app_learns_what_it_needs(
    packed_stores: StoreUrls, tmp_path: Path, grading: str, clients: str, shown: str | None
) -> None:
    """Without a token: the version, who grades, and the web app's Google client id, which is the first in the settings."""
    with serve(packed_stores, tmp_path, grading=grading, google_client_ids=clients) as service:
        async with service.client() as client:
            info = (await client.get("/info")).json()
    assert info == {"version": __version__, "grading": grading, "google_client_id": shown}
