"""Which access tokens are believed, by their claims, signatures and keys, and how a key is replaced."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from scout_os.core.access_tokens import Tokens, key_id, load_or_create_secret
from scout_os.core.problems import Unauthenticated
from tests.clock import NOON, MovableClock
from tests.signing import by_hand, part

OLD = b"the key of yesterday, long enough for HS256"
NEW = b"the key of tomorrow, long enough for HS256"
NOW = int(NOON.timestamp())
HEADER = {"alg": "HS256", "typ": "JWT"}
CLAIMS: dict[str, object] = {"sub": "1", "iss": "scout-os", "aud": "scout-os-app", "iat": NOW, "exp": NOW + 3600}


def signing(key: bytes, *others: bytes) -> Tokens:
    """Tokens of a service that signs with `key` and reads those of `others`, too."""
    return Tokens(key, "scout-os", "scout-os-app", timedelta(days=7), MovableClock(), other_keys=others)


def refuses(tokens: Tokens, token: str) -> bool:
    """Whether a token counts for nothing."""
    try:
        tokens.verify(token)
    except Unauthenticated:
        return True
    return False


def signed(key: bytes = NEW, /, **changes: object) -> str:
    """A token with some claims changed, or left out where the change is None."""
    return by_hand(HEADER, {name: claim for name, claim in (CLAIMS | changes).items() if claim is not None}, key)


def test_a_token_lasts_seven_days() -> None:
    """A token is read to its last second and refused from then on."""
    clock = MovableClock()
    tokens = replace(signing(NEW), clock=clock)
    token = tokens.issue(1)
    clock.move(days=7, seconds=-1)
    assert tokens.verify(token).user_id == 1
    clock.move(seconds=1)
    assert refuses(tokens, token)


@pytest.mark.parametrize("back", [timedelta(seconds=45), timedelta(hours=1), timedelta(days=30)])
def test_a_clock_that_was_put_back_logs_nobody_out(back: timedelta) -> None:
    """Our own signature counts more than our clock: a token issued before it was put back stays good, and ends no later."""
    clock = MovableClock()
    tokens = replace(signing(NEW), clock=clock)
    token = tokens.issue(1)
    clock.move(seconds=-back.total_seconds())
    assert tokens.verify(token).user_id == 1
    assert tokens.verify(signed(nbf=NOW - back.total_seconds())).user_id == 1
    clock.move(seconds=back.total_seconds(), days=7)
    assert refuses(tokens, token)


@pytest.mark.parametrize(
    "changes",
    [
        *({"exp": exp} for exp in (NOW, NOW - 1, None, str(NOW + 3600), True, float("inf"), float("nan"), 10**30)),
        *({"iat": None}, {"iat": str(NOW)}, {"nbf": NOW + 301}),
        *({"iss": "someone else"}, {"iss": "scout"}, {"iss": None}, {"iss": None, "aud": None}),
        *({"aud": "another app"}, {"aud": None}, {"aud": ["scout-os-app", "another"]}),
        *({"gen": "0"}, {"gen": -1}, {"gen": True}),
        *(
            {"sub": sub}
            for sub in (None, "", "0", "-1", "01", " 1", "1.0", "١", str(2**63), "9" * 3000, "admin", ["1"])
        ),
    ],
)
def test_wrong_claims_are_refused(changes: dict[str, object]) -> None:
    """A token signed with the right key but with any claim missing, malformed, foreign or out of its time is refused."""
    assert not refuses(signing(NEW), signed())
    assert refuses(signing(NEW), signed(**changes))


def test_forged_tokens_are_refused() -> None:
    """Other keys, no key, no algorithm, another algorithm, and a changed payload are all refused."""
    header, payload, signature = signed().split(".")
    forged = [
        *(signed(OLD), signed(b""), signed(b" ")),
        jwt.encode(CLAIMS, NEW * 2, algorithm="HS512"),
        jwt.encode(CLAIMS, "", algorithm="none"),
        by_hand({"alg": "none", "typ": "JWT"}, CLAIMS, None),
        f"{part({'alg': 'None', 'typ': 'JWT'})}.{payload}.{signature}",
        f"{part({'typ': 'JWT'})}.{payload}.{signature}",
        f"{header}.{part(CLAIMS | {'sub': '2'})}.{signature}",
        *(f"{header}.{payload}.", f"{header}.{payload}", f"{header}.{payload}.{signature}.", f"{header}..{signature}"),
        *("x", "..", "é.é.é", "a" * 5000),
    ]
    assert [token for token in forged if not refuses(signing(NEW), token)] == []


@pytest.mark.parametrize("key", [b"", b"   ", b"\n"])
def test_an_empty_key_signs_nothing(key: bytes, tmp_path: Path) -> None:
    """Neither tokens nor a key file can be set up with an empty key, which would let anyone sign."""
    with pytest.raises(ValueError, match="empty key"):
        signing(key)
    (tmp_path / "key").write_bytes(key)
    with pytest.raises(ValueError, match="empty"):
        load_or_create_secret(tmp_path / "key")


def test_older_tokens_count_until_the_day_that_a_setting_names() -> None:
    """Tokens without issuer and audience are read only while the setting allows them, and never with a wrong signature."""
    clock = MovableClock()
    strict = replace(signing(NEW), clock=clock)
    lenient = replace(strict, legacy_until=NOON + timedelta(minutes=30))
    legacy = signed(iss=None, aud=None)
    assert refuses(strict, legacy)
    assert lenient.verify(legacy).user_id == lenient.verify(signed()).user_id == 1
    assert lenient.verify(legacy).expires_at == NOW + 3600
    assert refuses(lenient, signed(iss=None))
    assert refuses(lenient, signed(iss=None, aud="another app"))
    assert refuses(lenient, signed(iss=None, aud=None, exp=NOW))
    assert refuses(lenient, signed(OLD, iss=None, aud=None))
    assert refuses(lenient, by_hand({"alg": "none"}, {"sub": "1", "iat": NOW, "exp": NOW + 3600}, None))
    clock.move(minutes=30)
    assert refuses(lenient, legacy)
    assert lenient.verify(signed()).user_id == 1


def test_a_key_is_replaced_without_logging_anybody_out() -> None:
    """First every worker accepts the new key, then they sign with it, and old tokens count until the old key is taken away."""
    before, announced, after, done = signing(OLD), signing(OLD, NEW), signing(NEW, OLD), signing(NEW)
    old, new = before.issue(1), after.issue(1)
    assert jwt.get_unverified_header(new)["kid"] == key_id(NEW) != key_id(OLD)
    assert [refuses(tokens, old) for tokens in (before, announced, after, done)] == [False, False, False, True]
    assert [refuses(tokens, new) for tokens in (before, announced, after, done)] == [True, False, False, False]


def test_former_keys_count_until_the_day_that_a_setting_names() -> None:
    """A token of a former key is over on that day, whatever its own expiry says; a token without `kid` likewise."""
    day = NOON + timedelta(days=2)
    tokens = replace(signing(NEW, OLD), other_keys_until=day)
    old = signing(OLD).issue(1)
    nameless = signed(OLD, exp=int(day.timestamp()) + 3600)
    assert tokens.verify(old).valid_until == tokens.verify(nameless).valid_until == day.timestamp()
    late = replace(tokens, clock=MovableClock(day))
    assert refuses(late, old)
    assert refuses(late, nameless)


@pytest.mark.parametrize(
    ("header", "refused"),
    [
        *(({"kid": kid}, True) for kid in ("../../dev/null", "' OR 1=1--", "https://evil.example/key", "x" * 2000, "")),
        *(({"kid": kid}, True) for kid in (7, ["x"])),
        ({}, False),
        ({"jku": "https://evil.example"}, False),
        ({"jwk": {"kty": "oct", "k": "AA"}}, False),
        ({"crit": ["x"], "x": 1}, True),
    ],
)
def test_a_header_names_our_key_or_is_not_obeyed(header: dict[str, object], refused: bool) -> None:
    """Another key's id and extensions not understood refuse a token signed with our key; keys it brings change nothing."""
    assert refuses(signing(NEW, OLD), by_hand(HEADER | header, CLAIMS, NEW)) == refused
    assert refuses(signing(NEW), by_hand(HEADER | header, CLAIMS, OLD))


def test_another_spelling_of_a_token_is_another_token() -> None:
    """Base64 that decodes to the same bytes but is written otherwise is refused, so a logged-out token has no twin."""
    token = signing(NEW).issue(1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    assert base64.urlsafe_b64decode(twin.split(".")[2] + "=") == base64.urlsafe_b64decode(token.split(".")[2] + "=")
    assert not refuses(signing(NEW), token)
    for other in (twin, token + "=", token.replace(".", "=.", 1), token + "\n"):
        assert refuses(signing(NEW), other)
