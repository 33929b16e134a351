"""Logging out is remembered for as long as the token would have lasted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from scout_os.auth.repository import SessionRepository
from scout_os.core.postgres import Database
from tests.clock import NOON
from tests.signing import by_hand
from tests.users.serving import KEY, Api, Owner


async def test_a_token_stays_logged_out_when_a_setting_lets_it_in_for_longer(
    api: Api, owner: Owner, database: Database
) -> None:
    """A logged-out token is remembered until its own expiry, not until the day of a setting that may change."""
    learner = await api.register()
    now = int(NOON.timestamp())
    legacy = by_hand({"alg": "HS256"}, {"sub": str(learner.id), "iat": now, "exp": now + 3600}, KEY)
    today = replace(api.tokens, legacy_until=NOON + timedelta(minutes=30))
    await SessionRepository(database).revoke(today.verify(legacy))
    assert await owner.fetchval("SELECT expires_at FROM revoked_tokens") == NOON + timedelta(hours=1)
