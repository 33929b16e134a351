"""Which tokens are believed."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import jwt
import pytest

from scout_os.auth.repository import SessionRepository
from scout_os.core.access_tokens import Tokens
from scout_os.core.postgres import Database
from scout_os.core.problems import Unauthenticated
from scout_os.users.problems import UnknownUser
from tests.users.serving import KEY, NOON, Api, MovableClock, Owner

NOW = int(NOON.timestamp())


async def test_token_lasts_seven_days(api: Api) -> None:
    """A token works to its last second and is 401 from then on."""
    learner = await api.register()
    api.clock.move(days=7, seconds=-1)
    assert await _status(api, learner.token) == 200
    api.clock.move(seconds=1)
    api.forget_roles()
    assert await _status(api, learner.token) == 401


async def test_token_of_nobody_is_401(api: Api, owner: Owner) -> None:
    """A well-signed token of an unknown, disabled or deleted user is a bad token, whatever is asked for with it."""
    learner, other = await api.register(), await api.register("ayu")
    path = f"/users/{other.id}/public"
    assert await _status(api, api.tokens.issue(999_999), path) == 401
    assert await _status(api, learner.token, path) == 200
    await owner.execute("UPDATE users SET is_active = false WHERE id = $1", learner.id)
    api.forget_roles()
    assert await _status(api, learner.token, path) == 401
    await owner.execute("UPDATE users SET username = NULL WHERE id = $1", learner.id)
    assert await _status(api, learner.token, path) == 401


async def test_a_user_disabled_within_the_cache_is_still_401(api: Api, owner: Owner) -> None:
    """In the seconds in which a worker still believes the token, the profile itself is no longer found."""
    learner = await api.register()
    assert await _status(api, learner.token) == 200
    await owner.execute("UPDATE users SET is_active = false")
    requests = [
        ("GET", "/users/me", None),
        ("PATCH", "/users/me/profile", {"full_name": "Ayu"}),
        ("PUT", "/users/me/stats", {}),
        ("GET", f"/users/{learner.id}/hearts", None),
        ("POST", f"/users/{learner.id}/hearts/decrement", {}),
    ]
    for method, path, body in requests:
        answer = await api.http.request(method, path, json=body, headers=learner.headers)
        assert answer.status_code == 401, path
    assert await owner.fetchval("SELECT name FROM users") == "Budi"


def _claims(**changes: object) -> dict[str, object]:
    claims: dict[str, object] = {
        "sub": "1",
        "iss": "scout-os",
        "aud": "scout-os-app",
        "iat": NOW,
        "exp": NOW + 3600,
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW},
        {"exp": NOW - 1},
        {"exp": None},
        {"exp": str(NOW + 3600)},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": 10**30},
        {"iat": NOW + 31},
        {"iat": None},
        {"nbf": NOW + 31},
        {"iss": "someone else"},
        {"iss": None},
        {"aud": "another app"},
        {"aud": None},
        {"iss": None, "aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "0"},
        {"sub": "-1"},
        {"sub": "01"},
        {"sub": " 1"},
        {"sub": "1.0"},
        {"sub": "١"},
        {"sub": str(2**63)},
        {"sub": "9" * 3000},
        {"sub": "admin"},
        {"sub": ["1"]},
    ],
)
async def test_wrong_claims_are_401(api: Api, changes: dict[str, object]) -> None:
    """A token signed with the right key but with any claim missing, malformed, foreign or out of its time is refused."""
    learner = await api.register()
    right = {"sub": str(learner.id)}
    assert await _status(api, _signed(_claims(**right))) == 200
    assert await _status(api, _signed(_claims(**right | changes))) == 401


async def test_forged_tokens_are_401(api: Api) -> None:
    """Other keys, no key, no algorithm, another algorithm, and a changed payload are all refused."""
    learner = await api.register()
    claims = _claims(sub=str(learner.id))
    header, payload, signature = _signed(claims).split(".")
    changed = _part(claims | {"sub": "2"})
    forged = [
        _signed(claims, b"another key, which is just as long as ours"),
        jwt.encode(claims, KEY * 2, algorithm="HS512"),
        jwt.encode(claims, "", algorithm="none"),
        f"{_part({'alg': 'none', 'typ': 'JWT'})}.{payload}.",
        f"{_part({'alg': 'None', 'typ': 'JWT'})}.{payload}.{signature}",
        f"{_part({'typ': 'JWT'})}.{payload}.{signature}",
        f"{header}.{changed}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{payload}.{signature}.",
        f"{header}..{signature}",
        _signed(claims, b""),
        *("x", "..", "é.é.é", "a" * 5000),
    ]
    for token in forged:
        assert await _status(api, token) == 401, token


@pytest.mark.parametrize("key", [b"", b"   ", b"\n"])
def test_an_empty_key_signs_nothing(key: bytes) -> None:
    """Tokens cannot even be set up with an empty key, which would let anyone sign."""
    with pytest.raises(ValueError, match="empty key"):
        Tokens(key, "scout-os", "scout-os-app", timedelta(days=7), MovableClock())


def test_older_tokens_count_until_the_day_that_a_setting_names() -> None:
    """Tokens without issuer and audience are read only while the setting allows them, and never with a wrong signature."""
    clock = MovableClock()
    strict = Tokens(KEY, "scout-os", "scout-os-app", timedelta(days=7), clock)
    lenient = replace(strict, legacy_until=NOON + timedelta(minutes=30))
    legacy = _signed(_claims(iss=None, aud=None))
    _refuses(strict, legacy)
    assert lenient.verify(legacy).user_id == 1
    assert lenient.verify(_signed(_claims())).user_id == 1
    _refuses(lenient, _signed(_claims(iss=None)))
    _refuses(lenient, _signed(_claims(iss=None, aud="another app")))
    _refuses(lenient, _signed(_claims(iss=None, aud=None, exp=NOW)))
    _refuses(lenient, _signed(_claims(iss=None, aud=None), b"another key"))
    _refuses(lenient, jwt.encode(_claims(iss=None, aud=None), "", algorithm="none"))
    clock.move(minutes=30)
    _refuses(lenient, legacy)
    assert lenient.verify(_signed(_claims())).user_id == 1


async def test_a_token_stays_logged_out_when_a_setting_lets_it_in_for_longer(
    api: Api, owner: Owner, database: Database
) -> None:
    """What was logged out is remembered until it is over by its own word, not until the day of a setting that may change."""
    learner = await api.register()
    legacy = _signed(_claims(sub=str(learner.id), iss=None, aud=None))
    today = replace(api.tokens, legacy_until=NOON + timedelta(minutes=30))
    await SessionRepository(database).revoke(today.verify(legacy))
    assert await owner.fetchval("SELECT expires_at FROM revoked_tokens") == NOON + timedelta(hours=1)


async def test_an_operators_token_needs_an_active_user(api: Api, owner: Owner) -> None:
    """`token_for` gives a working token for any spelling of an active user's name, and none for others."""
    await api.register("budi")
    assert await _status(api, await api.auth.token_for(" BUDI ")) == 200
    await owner.execute("UPDATE users SET is_active = false")
    for username in ("budi", "nobody"):
        with pytest.raises(UnknownUser):
            await api.auth.token_for(username)


def _refuses(tokens: Tokens, token: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.verify(token)


async def _status(api: Api, token: str, path: str = "/users/me") -> int:
    header = f"Bearer {token}".encode("latin-1")
    return (await api.http.get(path, headers=[(b"Authorization", header)])).status_code


def _signed(claims: dict[str, object], key: bytes = KEY) -> str:
    """Signed by hand: the library would not write some of these claims."""
    signing_input = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signing_input}.{_base64(hmac.digest(key, signing_input.encode(), 'sha256'))}"


def _part(content: dict[str, object]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
