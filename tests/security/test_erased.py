"""What comes in while an account is being erased, or just after: nothing of it is kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

from scout_os.core.store_urls import StoreUrls
from tests.security.issuer import issuing
from tests.service import Service, Truth, serve, until_waiting

PASSWORD = "a tent by the river"
ACCOUNT = {"name": "Ayu", "username": "ayu@gmail.example", "password": PASSWORD}
ERASE = """
    UPDATE users SET username = NULL, name = '', password_hash = NULL, is_active = false, board_era = board_era + 1
     WHERE id = $1
"""


async def test_logging_out_after_an_erasure_leaves_nothing(service: Service, truth: Truth) -> None:
    """A client that logs out when the account is gone, while its token is still believed, leaves no row behind."""
    async with service.client() as client:
        made = (await client.post("/auth/register", json=ACCOUNT)).json()["data"]
        client.headers["Authorization"] = f"Bearer {made['access_token']}"
        assert (await client.request("DELETE", "/me", json={"password": PASSWORD})).status_code == 200
        assert (await client.post("/auth/logout")).status_code in {200, 401}
        assert await truth.fetchval("SELECT count(*) FROM revoked_tokens") == 0


async def test_an_account_that_is_erased_while_it_is_joined(
    packed_stores: StoreUrls, truth: Truth, tmp_path: Path
) -> None:
    """Who joins an account elsewhere to one that is being erased is refused, nothing is kept, and a new account can be made."""
    with issuing() as issuer, serve(packed_stores, tmp_path, identity_providers=[issuer.settings()]) as service:
        async with service.client() as client:
            learner = (await client.post("/auth/register", json=ACCOUNT)).json()["data"]["user"]["id"]
            body = {"id_token": issuer.token(), "password": PASSWORD}
            async with truth.transaction():
                await truth.execute("SELECT FROM users WHERE id = $1 FOR UPDATE", learner)
                joining = asyncio.create_task(client.post("/auth/google", json=body))
                await until_waiting(truth, 1)
                await truth.execute(ERASE, learner)
            refused = await joining
            assert (refused.status_code, refused.json()["code"]) == (401, "invalid_credentials")
            assert await truth.fetchval("SELECT count(*) FROM user_identities") == 0
            again = await client.post("/auth/google", json={"id_token": issuer.token()})
            assert again.json()["data"]["user"]["id"] != learner
