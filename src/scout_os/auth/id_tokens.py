"""ID tokens: who somebody is, according to an identity provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt

from scout_os.auth.jwks import ProviderKeys, PublicKey
from scout_os.auth.problems import InvalidIdentity
from scout_os.core.access_tokens import CLOCK_SKEW, as_seconds
from scout_os.core.clock import Clock
from scout_os.identity_provider import IdentityProvider

GRACE_SECONDS = 30.0
"""For a token that expires on its way to us."""
MAX_SUBJECT_CHARS = 255


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at an identity provider."""

    provider: str
    subject: str
    """The user's id at the provider."""
    email: str | None
    """None unless the provider has verified it."""
    name: str


class IdTokens:
    def __init__(self, provider: IdentityProvider, keys: ProviderKeys, clock: Clock) -> None:
        self._provider = provider
        self._keys = keys
        self._clock = clock

    async def read(self, token: str) -> Person:
        """The person; raises `InvalidIdentity` without a reason, and `Unavailable` without the provider's keys."""
        try:
            key = await self._find_key(token)
            # The algorithms come from the settings, never from the token itself.
            claims = jwt.decode(
                token,
                key,
                algorithms=list(self._provider.algorithms),
                audience=list(self._provider.audiences),
                issuer=list(self._provider.issuers),
                options={
                    "require": ["iss", "aud", "sub", "exp", "iat"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            self._check_times(claims)
            self._check_audience(claims)
            return self._person(claims)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise InvalidIdentity from error

    async def _find_key(self, token: str) -> PublicKey:
        key_id = jwt.get_unverified_header(token).get("kid")
        key = await self._keys.find(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise ValueError("signed by a key that the provider does not show")
        return key

    def _check_times(self, claims: dict[str, Any]) -> None:
        now, skew = self._clock.now().timestamp(), CLOCK_SKEW.total_seconds()
        if as_seconds(claims["exp"]) <= now - GRACE_SECONDS:
            raise ValueError("expired")
        if as_seconds(claims["iat"]) > now + skew or as_seconds(claims.get("nbf", 0)) > now + skew:
            raise ValueError("not valid yet")

    def _check_audience(self, claims: dict[str, Any]) -> None:
        """Refuse tokens that are also for others, or that another app requested."""
        audience = claims["aud"]
        named = {audience} if isinstance(audience, str) else set(audience)
        if not named | {claims.get("azp", next(iter(named)))} <= set(self._provider.audiences):
            raise ValueError("meant for others too")

    def _person(self, claims: dict[str, Any]) -> Person:
        subject, email, name = claims["sub"], claims.get("email"), claims.get("name")
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_CHARS or not subject.isprintable():
            raise ValueError("sub is no user id")
        verified = claims.get("email_verified")
        is_verified = (verified is True or verified == "true") and isinstance(email, str)
        return Person(
            self._provider.name, subject, email if is_verified else None, name if isinstance(name, str) else ""
        )
