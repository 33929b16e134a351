"""Keys: what a token claims of its key, and how a key is replaced without logging anybody out."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from pydantic import SecretStr

from scout_os.core.access_tokens import Tokens, key_id
from scout_os.core.problems import Unauthenticated
from tests.service import settings_for

OLD = b"the key of yesterday, long enough for HS256"
NEW = b"the key of tomorrow, long enough for HS256"


class FixedClock:
    """A clock that stands."""

    instant = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


def signing(key: bytes, *others: bytes, until: datetime | None = None) -> Tokens:
    tokens = Tokens(key, "scout-os", "scout-os-app", timedelta(days=7), FixedClock())
    return replace(tokens, other_keys=others, other_keys_until=until)


def refuses(tokens: Tokens, token: str) -> bool:
    try:
        tokens.verify(token)
    except Unauthenticated:
        return True
    return False


def test_a_key_is_replaced_without_logging_anybody_out() -> None:
    """First every worker accepts the new key, then they sign with it, and old tokens count until the old key is taken away."""
    before, announced, after, done = signing(OLD), signing(OLD, NEW), signing(NEW, OLD), signing(NEW)
    old, new = before.issue(1), after.issue(1)
    assert jwt.get_unverified_header(new)["kid"] == key_id(NEW) != key_id(OLD)
    assert [refuses(tokens, old) for tokens in (before, announced, after, done)] == [False, False, False, True]
    assert [refuses(tokens, new) for tokens in (before, announced, after, done)] == [True, False, False, False]


def test_former_keys_count_until_the_day_that_a_setting_names() -> None:
    """A token of a former key is over on that day, whatever its own expiry says; a token without `kid` likewise."""
    day = FixedClock.instant + timedelta(days=2)
    tokens = signing(NEW, OLD, until=day)
    old = signing(OLD).issue(1)
    nameless = jwt.encode(jwt.decode(old, options={"verify_signature": False}), OLD, algorithm="HS256")
    assert tokens.verify(old).valid_until == tokens.verify(nameless).valid_until == day.timestamp()
    late = FixedClock()
    late.instant = day
    assert refuses(replace(tokens, clock=late), old)
    assert refuses(replace(tokens, clock=late), nameless)


@pytest.mark.parametrize(
    "kid", ["../../dev/null", "' OR 1=1--", "https://evil.example/key", "x" * 2000, "", 7, None, ["x"]]
)
def test_a_kid_is_a_name_and_never_a_place(kid: object) -> None:
    """A token that names any other key than ours is refused, though it is signed with ours."""
    claims = jwt.decode(signing(NEW).issue(1), options={"verify_signature": False})
    token = _signed_with_header(claims, kid)
    assert refuses(signing(NEW, OLD), token) == (kid is not None)


@pytest.mark.parametrize(
    "header", [{"jku": "https://evil.example"}, {"jwk": {"kty": "oct", "k": "AA"}}, {"crit": ["x"], "x": 1}]
)
def test_keys_that_a_token_brings_along_are_not_used(header: dict[str, object]) -> None:
    """`jku` and an embedded key change nothing, and an extension that must be understood and is not refuses the token."""
    claims = jwt.decode(signing(NEW).issue(1), options={"verify_signature": False})
    assert refuses(signing(NEW), jwt.encode(claims, OLD, algorithm="HS256", headers=header))
    assert refuses(signing(NEW), jwt.encode(claims, NEW, algorithm="HS256", headers=header)) == ("crit" in header)


def test_another_spelling_of_a_token_is_another_token() -> None:
    """Base64 that decodes to the same bytes but is written otherwise is refused, so a logged-out token has no twin."""
    token = signing(NEW).issue(1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    assert base64.urlsafe_b64decode(twin.split(".")[2] + "=") == base64.urlsafe_b64decode(token.split(".")[2] + "=")
    assert not refuses(signing(NEW), token)
    for other in (twin, token + "=", token.replace(".", "=.", 1), token + "\n"):
        assert refuses(signing(NEW), other)


@pytest.mark.parametrize(
    "changes", [{"aud": ["scout-os-app", "another"]}, {"iss": "scout"}, {"gen": "0"}, {"gen": -1}, {"gen": True}]
)
def test_claims_that_we_do_not_write_are_refused(changes: dict[str, object]) -> None:
    """An audience beside ours, a part of our issuer's name, and a generation that is none."""
    claims = jwt.decode(signing(NEW).issue(1), options={"verify_signature": False})
    assert refuses(signing(NEW), jwt.encode(claims | changes, NEW, algorithm="HS256"))


def test_settings_hold_former_keys_as_secrets(tmp_path: Path) -> None:
    """Several keys stand in one setting, separated by blanks, and none of them is shown."""
    settings = settings_for(tmp_path, other_secret_keys=SecretStr("one-former-key another-former-key"))
    assert settings.other_keys == (b"one-former-key", b"another-former-key")
    assert "former-key" not in repr(settings)


def _signed_with_header(claims: dict[str, object], kid: object) -> str:
    """Signed by hand, because the library writes no such header."""
    import hmac
    import json

    header = {"alg": "HS256", "typ": "JWT"} | ({} if kid is None else {"kid": kid})
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    signature = base64.urlsafe_b64encode(hmac.digest(NEW, b".".join(parts), "sha256")).rstrip(b"=")
    return b".".join([*parts, signature]).decode()
