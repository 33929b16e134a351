"""The keys of an identity provider: fetched seldom, kept while it is away, and none that is weak."""

from __future__ import annotations

import asyncio

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from scout_os.auth.jwks import UNKNOWN_KEY_SECONDS, ProviderKeys
from scout_os.core.problems import Unavailable
from scout_os.identity_provider import IdentityProvider
from tests.auth.issuer import issuing


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
