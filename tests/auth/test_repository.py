"""Logging out is remembered for as long as the token would have lasted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scout_os.core.store_urls import StoreUrls
from tests.clock import NOON
from tests.service import SECRET, Truth
from tests.signing import by_hand
from tests.users.serving import bearer, serve


async def test_a_token_stays_logged_out_when_a_setting_lets_it_in_for_longer(
    stores: StoreUrls, owner: Truth, tmp_path: Path
) -> None:
    """A logged-out token is remembered until its own expiry, not until the day of a setting that may change."""
    now = int(NOON.timestamp())
    async with serve(stores, tmp_path, legacy_tokens_until=NOON + timedelta(minutes=30)) as api:
        claims = {"sub": str((await api.register()).id), "iat": now, "exp": now + 3600}
        legacy = bearer(by_hand({"alg": "HS256"}, claims, SECRET.encode()))
        assert (await api.http.post("/auth/logout", headers=legacy)).status_code == 200
    assert await owner.fetchval("SELECT expires_at FROM revoked_tokens") == NOON + timedelta(hours=1)
