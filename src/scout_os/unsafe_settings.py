"""What production refuses to start with. Each problem names the setting and never its value."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

MIN_SECRET_BYTES = 32
"""HS256 wants a key at least as long as its hash (RFC 7518, section 3.2)."""
MIN_DIFFERENT_CHARACTERS = 10
MIN_METRICS_TOKEN_BYTES = 16
LONGEST_LEGACY = timedelta(days=366)
LONGEST_TOKEN_DAYS = 90
PUBLISHED = (
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",  # of the FastAPI tutorial
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


def unsafe_secrets(secret_key: str | None, other_keys: Iterable[bytes], metrics_token: str | None) -> Iterator[str]:
    if not secret_key:
        yield "SCOUT_SECRET_KEY must be set in production"
    elif reason := _weakness(secret_key):
        yield f"SCOUT_SECRET_KEY {reason}"
    if any(_weakness(key.decode()) for key in other_keys):
        yield "SCOUT_OTHER_SECRET_KEYS holds a key that is a default, too simple or too short for production"
    if metrics_token and (len(metrics_token.encode()) < MIN_METRICS_TOKEN_BYTES or metrics_token == secret_key):
        yield f"SCOUT_METRICS_TOKEN is shorter than {MIN_METRICS_TOKEN_BYTES} bytes, or equal to the secret key"


def unsafe_lifetimes(token_days: int, legacy_tokens_until: datetime | None) -> Iterator[str]:
    if legacy_tokens_until and legacy_tokens_until > datetime.now(UTC) + LONGEST_LEGACY:
        yield "SCOUT_LEGACY_TOKENS_UNTIL is more than a year away"
    if token_days > LONGEST_TOKEN_DAYS:
        yield f"SCOUT_TOKEN_DAYS is more than {LONGEST_TOKEN_DAYS}"


def unsafe_switches(limits: str, log_level: str) -> Iterator[str]:
    if os.environ.get("SCOUT_FAILPOINTS"):
        yield "SCOUT_FAILPOINTS is for tests only: refused in production"
    if limits == "off":
        yield "SCOUT_LIMITS=off is refused in production"
    if log_level == "DEBUG":
        yield "SCOUT_LOG_LEVEL=DEBUG is refused in production: some libraries log secrets at that level"


def unsafe_origins(cors: Iterable[str], proxies: Iterable[IPv4Network | IPv6Network]) -> Iterator[str]:
    if any(urlsplit(origin).scheme != "https" for origin in cors):
        yield "SCOUT_CORS_ORIGINS must name origins that begin with https:// in production, and no `*`"
    if any(network.prefixlen == 0 for network in proxies):
        yield "SCOUT_TRUSTED_PROXIES trusts every address"


def unsafe_stores(urls: Mapping[str, str | None]) -> Iterator[str]:
    """`urls`: those of PostgreSQL and Redis, by the name of their setting."""
    for name, text in urls.items():
        url = urlsplit(text or "")
        if not _is_remote(url):
            continue
        if (url.password or "").lower() in DEFAULT_PASSWORDS | {(url.username or "").lower()} - {""}:
            yield f"{name} has a default password"
        if url.scheme == "redis" and not url.password:
            yield f"{name} has no password, and the server is not on this machine"


def is_remote_without_tls(url: str | None) -> bool:
    parts = urlsplit(url or "")
    return _is_remote(parts) and parts.scheme != "https"


def _weakness(secret: str) -> str | None:
    lower = secret.strip().lower()
    is_repeated = lower in (lower + lower)[1:-1]
    if is_repeated or len(set(secret)) < MIN_DIFFERENT_CHARACTERS or any(part in lower for part in PUBLISHED):
        return "is a default or too simple for production"
    if len(secret.encode()) < MIN_SECRET_BYTES:
        return f"is shorter than {MIN_SECRET_BYTES} bytes"
    return None


def _is_remote(url: SplitResult) -> bool:
    """Whether the server is on another machine."""
    if not url.hostname or url.hostname == "localhost":
        return False
    try:
        return not ip_address(url.hostname).is_loopback
    except ValueError:
        return True
