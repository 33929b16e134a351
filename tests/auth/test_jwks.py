"""The keys of an identity provider: fetched seldom, kept while it is away, and none that is weak."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from scout_os.auth.jwks import FRESH_SECONDS, UNKNOWN_KEY_SECONDS, ProviderKeys
from scout_os.core.problems import Unavailable
from scout_os.identity_provider import IdentityProvider
from tests.auth.issuer import issuing
from tests.logs import captured


async def test_unknown_keys_do_not_make_us_ask_without_end() -> None:
    """Fifty forged key ids cost the provider one request a minute; a new key of its own is found after that minute."""
    now = 0.0
    with issuing() as issuer:
        keys = ProviderKeys(IdentityProvider.model_validate(issuer.settings()), monotonic=lambda: now)
        assert await keys.find("first") is not None
        assert [await keys.find(f"forged-{n}") for n in range(50)] == [None] * 50
        assert issuer.fetched == 1
        issuer.keys["second"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        now = UNKNOWN_KEY_SECONDS
        found = await asyncio.gather(*(keys.find("second") for _ in range(20)))
        assert all(found)
        assert issuer.fetched == 2


async def test_a_provider_that_is_away() -> None:
    """Keys that are known go on for a day; without any it is 503, asked again no more often than every five seconds."""
    now = 0.0
    with issuing() as issuer:
        issuer.is_up = False
        keys = ProviderKeys(IdentityProvider.model_validate(issuer.settings()), monotonic=lambda: now)
        for _ in range(3):
            with pytest.raises(Unavailable):
                await keys.find("first")
        assert issuer.fetched == 1
        issuer.is_up = True
        now = 5.0
        assert await keys.find("first") is not None
        issuer.is_up = False
        now = 80_000.0
        assert await keys.find("first") is not None
        assert issuer.fetched == 3
        now = 90_000.0
        with pytest.raises(Unavailable):
            await keys.find("first")


async def test_weak_and_foreign_keys_are_left_out() -> None:
    """A symmetric key and a short RSA key in the provider's set sign for nobody."""
    with issuing() as issuer:
        issuer.keys["short"] = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
        keys = ProviderKeys(IdentityProvider.model_validate(issuer.settings()))
        assert [await keys.find(key_id) is not None for key_id in ("first", "short", "symmetric")] == [
            True,
            False,
            False,
        ]


DEEP = b"[" * 100_000
BAD_BODIES = {
    "deep": DEEP,
    "deep in keys": b'{"keys": ' + DEEP,
    "deep and whole": b'{"keys": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "not JSON": b"<html>",
    "not text": b"\xff\xfe{",
    "a long number": b'{"keys": ' + b"9" * 10_000 + b"}",
    "a list": b"[]",
    "null": b"null",
    "no keys": b"{}",
    "keys that are none": b'{"keys": {"kid": "first"}}',
    "an empty set": b'{"keys": []}',
    "no usable key": b'{"keys": [null, {"kty": "oct", "k": "AA", "kid": "first"}]}',
    "too long": b'{"keys": []}' + b" " * 1_000_000,
    "nothing": b"",
}


@pytest.mark.parametrize("name", BAD_BODIES)
async def test_a_document_that_is_no_set_of_keys_is_skipped(name: str) -> None:
    """The keys that are known stay good, one line is logged, and without any known key it is 503."""
    now = 0.0
    with issuing() as issuer:
        provider = IdentityProvider.model_validate(issuer.settings())
        keys = ProviderKeys(provider, monotonic=lambda: now)
        assert await keys.find("first") is not None
        issuer.body = BAD_BODIES[name]
        now = FRESH_SECONDS + 1
        with captured("scout_os") as logged:
            assert await keys.find("first") is not None
        assert [event["event"] for event in logged] == ["identity_keys_not_fetched"]
        assert issuer.fetched == 2
        with pytest.raises(Unavailable):
            await ProviderKeys(provider).find("first")


CURVES: list[Any] = ["P-256", [], None]


def odd_entries(good: dict[str, Any]) -> list[Any]:
    """Entries that are no usable keys: another type, a member left out, or each member with each odd value."""
    values: list[Any] = [
        None,
        7,
        -1,
        1.5,
        True,
        "",
        "x",
        "\ud800",
        "A" * 5000,
        [],
        ["x"],
        {},
        {"x": []},
        "_" * 9,
        "====",
    ]
    changed = [{**good, member: value} for member in ("kty", "n", "e", "alg", "use", "kid") for value in values]
    missing = [{name: value for name, value in good.items() if name != left} for left in good]
    curves = [{"kty": "EC", "crv": crv, "x": "AA", "y": value, "kid": "ec"} for crv in CURVES for value in values]
    return [None, 7, "x", [], [[]], {}, {"kid": "x"}, *curves, *changed, *missing]


async def test_entries_that_are_no_keys_cost_no_good_key() -> None:
    """Whatever stands beside it, the good key of a set is found; one line tells how many were skipped."""
    with issuing() as issuer:
        good = next(key for key in issuer.document()["keys"] if key["kid"] == "first")
        issuer.odd = odd_entries({**good, "kid": "odd"})
        json.loads(json.dumps(issuer.odd))
        keys = ProviderKeys(IdentityProvider.model_validate(issuer.settings()))
        with captured("scout_os") as logged:
            assert await keys.find("first") is not None
        assert [event["event"] for event in logged] == ["identity_keys_skipped"]
        assert logged[0]["entries"] > 50
