"""A sign-up whose answer was lost is sent again: it makes one account, and lets its owner in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from scout_os.auth.throttle import LOGIN_BY_KNOWN_ADDRESS
from scout_os.core.store_urls import StoreUrls
from tests.service import Truth, serve
from tests.users.serving import PASSWORD, Api, bearer, registration

KEY = "f6a1a6f2"


async def sign_up(http: httpx.AsyncClient, body: dict[str, object], key: str | None = KEY) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await http.post("/auth/register", json=body, headers=headers)


@pytest.mark.parametrize("named", [True, False])
async def test_the_same_again_gets_the_first_answer(api: Api, owner: Truth, *, named: bool) -> None:
    """It is 201 with the account of the first time, also if that made up a name, and a token that is good."""
    body: dict[str, object] = registration() if named else {"username": "budi", "password": PASSWORD}
    first, second = await sign_up(api.http, body), await sign_up(api.http, body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    data = second.json()["data"]
    assert data["user"] == first.json()["data"]["user"]
    me = await api.http.get("/users/me", headers=bearer(data["access_token"]))
    assert me.json()["data"]["id"] == data["user"]["id"]
    assert await owner.fetchval("SELECT count(*) FROM users") == 1


async def test_the_same_at_the_same_time_makes_one_account(api: Api, owner: Truth) -> None:
    """Of ten with one key at once, however spelled, all are 201 with the same user."""
    spellings = ["budi", " BUDI ", "budi\u200b"] * 3 + ["Budi"]
    answers = await asyncio.gather(*(sign_up(api.http, registration(spelling)) for spelling in spellings))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["data"]["user"]["id"] for answer in answers}) == 1
    assert await owner.fetchval("SELECT count(*) FROM users") == 1


@pytest.mark.parametrize(
    "changed", [{"username": "ayu"}, {"name": "Ayu"}, {"password": "siap selalu kak"}, {"gugus_depan": "Jakarta 01"}]
)
async def test_another_request_with_the_key_is_refused(api: Api, owner: Truth, changed: dict[str, object]) -> None:
    """A key belongs to one request: another one is 422, makes no account, and learns nothing of the first."""
    first = await sign_up(api.http, registration())
    other = await sign_up(api.http, registration() | changed)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert "Budi" not in other.text
    assert await owner.fetchval("SELECT count(*) FROM users") == 1
    assert (await sign_up(api.http, registration())).json()["data"]["user"] == first.json()["data"]["user"]


async def test_another_key_is_another_sign_up(api: Api) -> None:
    """With another key, or none, the name is taken; with a bad one nothing is done."""
    await sign_up(api.http, registration())
    for key in ("another", None):
        answer = await sign_up(api.http, registration(), key)
        assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")
    for key in ("", "x" * 256, "a b"):
        answer = await sign_up(api.http, registration("ayu"), key)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


async def test_who_guesses_a_key_still_needs_the_password(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """All that is known of a sign-up but its password lets nobody in, and gives no more guesses than the login."""
    with serve(packed_stores, tmp_path) as service:
        async with service.client() as http:
            await sign_up(http, registration())
            guesses = [await sign_up(http, registration(password=f"guessed {n}")) for n in range(20)]
            login = await http.post("/auth/login", json={"username": "budi", "password": PASSWORD})
    codes = [guess.json()["code"] for guess in guesses]
    assert codes == ["idempotency_key_reused"] * LOGIN_BY_KNOWN_ADDRESS.burst + ["too_many_requests"] * 10
    assert login.status_code == 429


async def test_keys_are_kept_for_two_days_and_tell_nothing(api: Api, owner: Truth) -> None:
    """What is stored is neither the key nor the request, and goes when others sign up later."""
    await sign_up(api.http, registration())
    row = await owner.fetchrow("SELECT key, request FROM sign_ups")
    assert row is not None
    assert KEY.encode() not in row["key"] + row["request"]
    await owner.execute("UPDATE sign_ups SET created_at = now() - interval '49 hours'")
    await sign_up(api.http, registration("ayu"), "another")
    assert await owner.fetchval("SELECT count(*) FROM sign_ups") == 1
