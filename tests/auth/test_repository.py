"""Which tokens count: logging out is remembered, and a token is good for one account and for one span of its sessions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from scout_os.auth.repository import SessionRepository
from scout_os.core.access_tokens import Tokens, Verified
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.moderation.models import Actor
from tests.clock import NOON, MovableClock
from tests.service import SECRET, Truth
from tests.signing import by_hand
from tests.users.serving import Api, bearer, serve


async def test_a_token_stays_logged_out_when_a_setting_lets_it_in_for_longer(
    stores: StoreUrls, owner: Truth, tmp_path: Path
) -> None:
    """A logged-out token is remembered until its own expiry, not until the day of a setting that may change."""
    now = int(NOON.timestamp())
    async with serve(stores, tmp_path, legacy_tokens_until=NOON + timedelta(minutes=30)) as api:
        learner = await api.register()
        await owner.execute("UPDATE users SET account_key = NULL")  # as earlier releases made accounts
        claims = {"sub": str(learner.id), "iat": now, "exp": now + 3600}
        legacy = bearer(by_hand({"alg": "HS256"}, claims, SECRET.encode()))
        assert (await api.http.post("/auth/logout", headers=legacy)).status_code == 200
    assert await owner.fetchval("SELECT expires_at FROM revoked_tokens") == NOON + timedelta(hours=1)


async def test_a_token_without_a_key_is_good_for_accounts_without_one(api: Api, owner: Truth) -> None:
    """Tokens of earlier releases open the accounts of earlier releases, and no others; a token's key opens its account only."""
    budi, ayu = await api.register("budi"), await api.register("ayu")
    ayus = await owner.fetchval("SELECT account_key FROM users WHERE id = $1", ayu.id)

    tokens = Tokens(SECRET.encode(), "scout-os", "scout-os-app", timedelta(days=7), api.clock)

    async def status(key: UUID | None) -> int:
        headers = bearer(tokens.issue(budi.id, 0, key))
        return (await api.http.get("/users/me", headers=headers)).status_code

    assert (await api.http.get("/users/me", headers=budi.headers)).status_code == 200
    assert [await status(key) for key in (None, ayus, uuid4())] == [401, 401, 401]
    await owner.execute("UPDATE users SET account_key = NULL")
    assert [await status(key) for key in (None, ayus)] == [200, 401]


async def test_no_count_of_logouts_brings_a_token_back(api: Api, owner: Truth, database: Database) -> None:
    """What was ended before a restore is not reached again by ending as many sessions after it."""
    learner, accounts, sessions = (
        (await api.register()).id,
        api.services.accounts,
        SessionRepository(database, MovableClock()),
    )

    async def issue() -> Verified:
        return api.services.authenticator.read_token(await api.services.auth.token_for("budi"))

    issued = [await issue()]
    for _ in range(2):
        await accounts.log_out(learner, actor=Actor())
        issued.append(await issue())
    await owner.execute("UPDATE users SET token_generation = 0")  # what a restore does
    assert [await sessions.find_role(token) for token in issued] == ["learner", None, None]
    for end in (accounts.log_out(learner, actor=Actor()), accounts.log_out_everybody(actor=Actor())):
        await end
        assert [await sessions.find_role(token) for token in issued] == [None, None, None]
