"""What production refuses to start with. Each problem names the setting and never its value."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from pydantic import SecretStr

    from scout_os.identity_provider import IdentityProvider
    from scout_os.settings import Settings

MIN_SECRET_BYTES = 32
"""HS256 wants a key at least as long as its hash (RFC 7518, section 3.2)."""
MIN_DIFFERENT_SIGNS = 10
MIN_METRICS_TOKEN_BYTES = 16
LONGEST_LEGACY = timedelta(days=366)
LONGEST_TOKEN_DAYS = 90

PLACEHOLDER_SECRETS = frozenset(
    {
        "changeme",
        "change-me",
        "change_me",
        "secret",
        "secret-key",
        "your-secret-key",
        "supersecret",
        "password",
        "default",
    }
)
PUBLISHED = (
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",  # of a tutorial that everybody has read
    "django-insecure-",
    "secret for tests",
    "changeme",
    "change-me",
    "change_me",
    "change this",
    "change-this",
    "your-secret",
    "your_secret",
    "supersecret",
    "super-secret",
    "super_secret",
    "<",
)
"""Parts of secrets that stand in documents and examples, in lower case."""
DEFAULT_PASSWORDS = frozenset(
    {"postgres", "password", "changeme", "secret", "admin", "root", "scout", "redis", "default"}
)


def list_unsafe(settings: Settings) -> list[str]:
    """All that is wrong with `settings` in production, at once."""
    return [
        *_of_secrets(settings),
        *_of_switches(settings),
        *_of_the_edge(settings),
        *_of_providers(settings),
        *_of_stores(settings),
    ]


def _of_secrets(settings: Settings) -> Iterator[str]:
    secret = _reveal(settings.secret_key)
    if not secret:
        yield "SCOUT_SECRET_KEY must be set in production"
    elif reason := _weakness(secret):
        yield f"SCOUT_SECRET_KEY {reason}"
    if any(_weakness(key.decode()) for key in settings.other_keys):
        yield "SCOUT_OTHER_SECRET_KEYS holds a key that is a default, too simple or too short for production"
    token = _reveal(settings.metrics_token)
    if token and (len(token.encode()) < MIN_METRICS_TOKEN_BYTES or token == secret):
        yield f"SCOUT_METRICS_TOKEN is shorter than {MIN_METRICS_TOKEN_BYTES} bytes, or the secret key itself"
    if settings.legacy_tokens_until and settings.legacy_tokens_until > datetime.now(UTC) + LONGEST_LEGACY:
        yield "SCOUT_LEGACY_TOKENS_UNTIL is more than a year away"
    if settings.token_days > LONGEST_TOKEN_DAYS:
        yield f"SCOUT_TOKEN_DAYS is more than {LONGEST_TOKEN_DAYS}"


def _of_switches(settings: Settings) -> Iterator[str]:
    if os.environ.get("SCOUT_FAILPOINTS"):
        yield "SCOUT_FAILPOINTS is for tests only: refused in production"
    if settings.limits == "off":
        yield "SCOUT_LIMITS=off is refused in production"
    if settings.log_level == "DEBUG":
        yield "SCOUT_LOG_LEVEL=DEBUG is refused in production: libraries log what is not for logs"


def _of_the_edge(settings: Settings) -> Iterator[str]:
    if any(urlsplit(origin).scheme != "https" for origin in settings.cors):
        yield "SCOUT_CORS_ORIGINS must name origins that begin with https:// in production, and no `*`"
    if any(network.prefixlen == 0 for network in settings.proxy_networks):
        yield "SCOUT_TRUSTED_PROXIES trusts everybody"


def _of_providers(settings: Settings) -> Iterator[str]:
    if any(_is_away(url) and url.scheme != "https" for url in map(_jwks, settings.providers.values())):
        yield "SCOUT_IDENTITY_PROVIDERS has a jwks_url without TLS"


def _jwks(provider: IdentityProvider) -> SplitResult:
    return urlsplit(provider.jwks_url)


def _of_stores(settings: Settings) -> Iterator[str]:
    bucket = urlsplit(_reveal(settings.avatar_store))
    if _is_away(bucket) and bucket.scheme != "https":
        yield "SCOUT_AVATAR_STORE is without TLS"
    for name in ("database_url", "database_owner_url", "redis_url"):
        url = urlsplit(_reveal(getattr(settings, name)))
        if _is_away(url) and (url.password or "").lower() in DEFAULT_PASSWORDS | {(url.username or "").lower()} - {""}:
            yield f"SCOUT_{name.upper()} has a default password"
        if name == "redis_url" and url.scheme == "redis" and _is_away(url) and not url.password:
            yield "SCOUT_REDIS_URL has no password, and the server is not on this machine"


def _weakness(secret: str) -> str | None:
    lower = secret.strip().lower()
    is_known = lower in PLACEHOLDER_SECRETS or any(part in lower for part in PUBLISHED)
    is_repeated = lower in (lower + lower)[1:-1]
    if is_known or is_repeated or len(set(secret)) < MIN_DIFFERENT_SIGNS:
        return "is a default or too simple for production"
    if len(secret.encode()) < MIN_SECRET_BYTES:
        return f"is shorter than {MIN_SECRET_BYTES} bytes"
    return None


def _is_away(url: SplitResult) -> bool:
    """Whether the server is on another machine."""
    if not url.hostname or url.hostname == "localhost":
        return False
    try:
        return not ip_address(url.hostname).is_loopback
    except ValueError:
        return True


def _reveal(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
