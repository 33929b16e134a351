"""Login."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from scout_os.core.bulkhead import Overloaded
from tests.users.serving import PASSWORD, Api, Owner, bearer, registration


async def test_login_answers_as_registration_does(api: Api) -> None:
    """The right password gives a working token, in whatever case the username is typed."""
    learner = await api.register("budi")
    answer = await api.http.post("/auth/login", json={"username": " BuDi ", "password": PASSWORD})
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["user"] == {"id": learner.id, "name": "Budi", "username": "budi"}
    assert (await api.http.get("/users/me", headers=bearer(data["access_token"]))).status_code == 200


async def test_every_failed_login_looks_alike(api: Api, owner: Owner) -> None:
    """Unknown user, impossible name, wrong password, disabled account, account without a password: one and the same 401."""
    for username in ("budi", "ayu", "google"):
        await api.register(username)
    await owner.execute("UPDATE users SET is_active = false WHERE username = 'ayu'")
    await owner.execute("UPDATE users SET password_hash = NULL WHERE username = 'google'")
    attempts = [
        ("nobody", PASSWORD),
        ("no such name!", PASSWORD),
        ("", ""),
        ("budi", "wrong password"),
        ("budi", ""),
        ("ayu", PASSWORD),
        ("google", PASSWORD),
        ("google", ""),
    ]
    answers = [
        await api.http.post("/auth/login", json={"username": username, "password": password})
        for username, password in attempts
    ]
    assert [answer.status_code for answer in answers] == [401] * len(attempts)
    assert len({answer.text for answer in answers}) == 1
    assert "salah" in answers[0].json()["detail"]


async def test_a_damaged_hash_is_a_wrong_password(api: Api, owner: Owner) -> None:
    """A hash that argon2 cannot read lets nobody in and breaks nothing."""
    await api.register("budi")
    await owner.execute("UPDATE users SET password_hash = 'not a hash'")
    answer = await api.http.post("/auth/login", json={"username": "budi", "password": PASSWORD})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"username": "budi", "password": "x" * 1025},
        {"username": "x" * 1025, "password": PASSWORD},
        {"username": "budi\x00", "password": PASSWORD},
        {"username": "budi", "password": "\x00"},
        {"username": "budi", "password": 12345678},
        {"username": None, "password": PASSWORD},
        {"username": "budi"},
        {"username": "budi", "password": PASSWORD, "remember": True},
    ],
)
async def test_malformed_logins_are_422(api: Api, body: dict[str, object]) -> None:
    """What cannot be a login is 422, never 500 and never a slow hash of a megabyte."""
    assert (await api.http.post("/auth/login", json=body)).status_code == 422


async def test_surrogates_in_a_login_are_422(api: Api) -> None:
    """A lone surrogate in either field is refused before the hash or PostgreSQL would choke on it."""
    for body in ('{"username": "\\ud800", "password": "x"}', '{"username": "budi", "password": "\\ud800"}'):
        answer = await api.http.post("/auth/login", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422


async def test_keyboards_may_compose_letters_differently(api: Api) -> None:
    """A password typed with combining accents is the one typed with ready-made letters."""
    composed = unicodedata.normalize("NFC", "café séjour")
    await api.http.post("/auth/register", json=registration(password=composed))
    typed = {"username": "budi", "password": unicodedata.normalize("NFD", composed)}
    assert (await api.http.post("/auth/login", json=typed)).status_code == 200


async def test_login_renews_an_old_hash(api: Api, owner: Owner) -> None:
    """A hash made with other costs is replaced by one of today's at login, once, and the password goes on working."""
    await api.register("budi")
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    await owner.execute("UPDATE users SET password_hash = $1", old)
    login = {"username": "budi", "password": PASSWORD}
    assert (await api.http.post("/auth/login", json=login | {"password": "wrong one"})).status_code == 401
    assert await owner.fetchval("SELECT password_hash FROM users") == old
    assert (await api.http.post("/auth/login", json=login)).status_code == 200
    renewed = await owner.fetchval("SELECT password_hash FROM users")
    assert renewed != old
    assert not api.passwords.needs_rehash(renewed)
    assert (await api.http.post("/auth/login", json=login)).status_code == 200
    assert await owner.fetchval("SELECT password_hash FROM users") == renewed


async def test_a_login_does_not_fail_for_want_of_a_new_hash(
    api: Api, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too many hashes wait to be made for this one, too, the right password still lets in, and the old hash stays."""
    await api.register("budi")
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    await owner.execute("UPDATE users SET password_hash = $1", old)

    async def refuse(_: str) -> str:
        raise Overloaded

    monkeypatch.setattr(api.passwords, "hash", refuse)
    answer = await api.http.post("/auth/login", json={"username": "budi", "password": PASSWORD})
    assert answer.status_code == 200
    assert await owner.fetchval("SELECT password_hash FROM users") == old


async def test_a_password_changed_meanwhile_is_not_renewed_away(api: Api, owner: Owner) -> None:
    """A renewed hash is dropped when the stored one is no longer the one that was verified."""
    learner = await api.register("budi")
    current = await owner.fetchval("SELECT password_hash FROM users")
    assert not await api.repository.set_password_hash(learner.id, old="another", new="late")
    assert await owner.fetchval("SELECT password_hash FROM users") == current
