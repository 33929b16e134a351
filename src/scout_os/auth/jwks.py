"""The public keys of an identity provider, fetched on demand and cached."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from scout_os.core.problems import Unavailable
from scout_os.identity_provider import IdentityProvider

PublicKey = RSAPublicKey | EllipticCurvePublicKey

FETCH_SECONDS = 3.0
MAX_BYTES = 256 * 1024
FRESH_SECONDS = 3600.0
USABLE_SECONDS = 86400.0
"""Users with a known key can sign in while the provider is unreachable, for up to a day."""
UNKNOWN_KEY_SECONDS = 60.0
"""Forged key ids cause at most one request to the provider in this time."""
RETRY_SECONDS = 5.0
MIN_RSA_BITS = 2048
MAX_RSA_BITS = 16_384
"""As OpenSSL has it: a longer key costs too much."""

log = structlog.get_logger(__name__)


class ProviderKeys:
    """One provider's public keys by id. Times are monotonic seconds."""

    def __init__(self, provider: IdentityProvider, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._provider = provider
        self._monotonic = monotonic
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def find(self, key_id: str) -> PublicKey | None:
        """The key with this id, or None; raises `Unavailable` if the provider is unreachable."""
        if self._is_missed(key_id):
            async with self._fetching:  # concurrent callers wait for one fetch
                if self._is_missed(key_id) and self._may_ask():
                    await self._fetch()
        if self._age() > USABLE_SECONDS:
            raise Unavailable("The identity provider is not reachable at the moment. Please try again.", retry_after=5)
        return self._keys.get(key_id)

    def _age(self) -> float:
        return self._monotonic() - self._fetched_at

    def _is_missed(self, key_id: str) -> bool:
        return key_id not in self._keys or self._age() > FRESH_SECONDS

    def _may_ask(self) -> bool:
        pause = RETRY_SECONDS if self._age() > FRESH_SECONDS else UNKNOWN_KEY_SECONDS
        return self._monotonic() - self._tried_at >= pause

    async def _fetch(self) -> None:
        """Replace the keys, unless the provider is away or shows no usable key."""
        self._tried_at = self._monotonic()
        try:
            async with asyncio.timeout(FETCH_SECONDS), httpx.AsyncClient(timeout=FETCH_SECONDS) as client:
                self._keys = self._parsed(await _read(client, self._provider.jwks_url))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, RecursionError) as error:
            log.warning("identity_keys_not_fetched", provider=self._provider.name, error=type(error).__name__)
            return
        self._fetched_at = self._monotonic()

    def _parsed(self, body: bytes) -> dict[str, PublicKey]:
        document = json.loads(body)
        entries = document.get("keys") if isinstance(document, dict) else None
        usable: dict[str, PublicKey] = {}
        skipped = 0
        for entry in entries if isinstance(entries, list) else []:
            try:
                usable |= _key_by_id(entry)
            except Exception:  # PyJWT and cryptography raise many types for what is no key
                skipped += 1
        if not usable:
            raise ValueError("no usable key")
        if skipped:
            log.warning("identity_keys_skipped", provider=self._provider.name, entries=skipped)
        return usable


def _key_by_id(entry: dict[str, Any]) -> dict[str, PublicKey]:
    """The key of an entry by its id; empty for keys of another kind or use, and for weak ones."""
    if entry["kty"] not in {"RSA", "EC"} or entry.get("use", "sig") != "sig" or not isinstance(entry.get("kid"), str):
        return {}
    key = jwt.PyJWK.from_dict(entry).key
    if isinstance(key, RSAPublicKey):
        return {entry["kid"]: key} if MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS else {}
    return {entry["kid"]: key} if isinstance(key, EllipticCurvePublicKey) else {}


async def _read(client: httpx.AsyncClient, url: str) -> bytes:
    body = b""
    async with client.stream("GET", url) as answer:
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                raise ValueError("more keys than a provider has")
    return body
