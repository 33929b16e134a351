"""Every setting in one frozen object, read from the environment with the prefix `SCOUT_`."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from scout_os.core.blobs.s3 import Bucket
from scout_os.identity_provider import IdentityProvider, google
from scout_os.unsafe_settings import (
    is_remote_without_tls,
    unsafe_lifetimes,
    unsafe_origins,
    unsafe_secrets,
    unsafe_stores,
    unsafe_switches,
)

POSTGRES_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss")
OWN_PATHS = frozenset({"api", "assets", "docs", "healthz", "media", "metrics", "openapi.json", "readyz", "redoc"})
"""What the service's own paths begin with. With the same prefix, nobody could tell whether a proxy took it away."""
_PART = re.compile(r"[A-Za-z0-9._~-]+")


class Settings(BaseSettings):
    """The settings. Without any, the service uses embedded servers in `SCOUT_DATA_DIR`, for one machine."""

    model_config = SettingsConfigDict(env_prefix="SCOUT_", frozen=True, extra="ignore")

    env: Literal["development", "production"] = Field(
        "development",
        description="`production` refuses to start with unsafe settings and hides `/docs`.",
    )
    host: str = Field("127.0.0.1", description="Address the API listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the API listens on; 0 picks a free one.")
    data_dir: Path = Field(
        Path("var"), description="Directory for the embedded servers, their passwords and the secret key."
    )
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL >= 15, as the service's own role. Unset: start an embedded server."
    )
    database_owner_url: SecretStr | None = Field(
        None,
        description="The same database as the schema's owner, for migrations. Unset: `SCOUT_DATABASE_URL`.",
    )
    database_pooler: bool = Field(
        False,
        description="`true` behind PgBouncer in transaction mode: no prepared statements, no startup parameters.",
    )
    database_connections: int = Field(16, ge=2, le=200, description="Maximum PostgreSQL connections per worker.")
    redis_url: SecretStr | None = Field(None, description="Redis >= 7 or Valkey. Unset: start an embedded server.")
    migrate_on_start: bool = Field(
        True,
        description="`serve` migrates the schema and loads content into an empty database. `false`: `scout-os migrate` does.",
    )
    content_dir: Path | None = Field(
        None, description="Content pack to load at first start. Unset: the pack of this release."
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Signs tokens (UTF-8 bytes); required in production. Unset: generated once, kept in the data directory.",
    )
    other_secret_keys: SecretStr | None = Field(
        None,
        description="Additional keys accepted for verification, for rotation; separated by spaces.",
    )
    other_secret_keys_until: AwareDatetime | None = Field(
        None, description="When those keys expire, e.g. `2026-12-31T00:00:00Z`. Unset: never."
    )
    token_days: int = Field(7, ge=1, le=365, description="Days until a token expires.")
    token_issuer: str = Field("scout-os", min_length=1, description="`iss` of the tokens.")
    token_audience: str = Field("scout-os-app", min_length=1, description="`aud` of the tokens.")
    legacy_tokens_until: AwareDatetime | None = Field(
        None,
        description="Accept tokens without `iss` and `aud` until then, e.g. `2026-12-31T00:00:00Z`. Unset: never.",
    )
    grading: Literal["client", "server"] = Field(
        "client", description="`server`: submissions must carry `answers`; questions are served without answer keys."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Minimum log level (case-insensitive)."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="`auto`: console on a terminal, JSON otherwise."
    )
    google_client_ids: str = Field(
        "",
        description="Google client IDs of your apps, comma-separated, the web app's first. Unset: no sign-in with Google.",
    )
    identity_providers: Annotated[tuple[IdentityProvider, ...], NoDecode] = Field(
        (),
        description="Other OpenID Connect providers, as JSON ([format](deploying.md#sign-in-with-other-accounts)).",
    )
    avatar_store: SecretStr | None = Field(
        None,
        description="Bucket for pictures: `https://access:secret@host/bucket?region=name`. Unset: the data directory.",
    )
    avatar_url: str = Field(
        "",
        description="Public base URL of pictures. Unset: the bucket's URL, or the relative `/media`.",
    )
    trusted_proxies: str = Field(
        "",
        description="Only these proxies may set `X-Forwarded-For`; addresses or networks, comma-separated.",
    )
    keep_alive_seconds: int = Field(
        75,
        ge=1,
        le=3600,
        description="How long an idle connection is kept. Must be longer than a proxy or load balancer keeps it (often 60 s).",
    )
    cors_origins: str = Field(
        "", description="Origins of web apps that may call the API, comma-separated. Unset: none."
    )
    root_path: str = Field(
        "",
        description="Path below which a reverse proxy shows the service, such as `/belajar`. Unset: the whole host is its own.",
    )
    web_app: Literal["on", "off"] = Field("on", description="`off`: the API alone, without the learner's app at `/`.")
    hsts_subdomains: bool = Field(
        False, description="`true`: browsers must use HTTPS for all subdomains of this host, too (HSTS)."
    )
    metrics_token: SecretStr | None = Field(
        None, description="Bearer token for `/metrics`. Unset: open in development, 404 in production."
    )
    limits: Literal["on", "off"] = Field(
        "on", description="`off` disables rate limits and throttles, for load tests; refused in production."
    )

    @property
    def other_keys(self) -> tuple[bytes, ...]:
        return tuple(key.encode() for key in (reveal(self.other_secret_keys) or "").split())

    @property
    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return _networks(self.trusted_proxies)

    @property
    def google_clients(self) -> tuple[str, ...]:
        return _parts(self.google_client_ids)

    @property
    def providers(self) -> dict[str, IdentityProvider]:
        clients = self.google_clients
        listed = {provider.name: provider for provider in self.identity_providers}
        return ({"google": google(clients)} if clients else {}) | listed

    @property
    def cors(self) -> tuple[str, ...]:
        """As browsers write origins: without a slash at the end, in lower case."""
        return tuple(origin.rstrip("/").lower() for origin in _parts(self.cors_origins))

    @field_validator("root_path")
    @classmethod
    def _is_path(cls, value: str) -> str:
        parts = [part for part in value.split("/") if part]
        if not all(_PART.fullmatch(part) for part in parts) or set(parts) & {".", ".."}:
            raise ValueError("must be a path like /belajar")
        if parts and parts[0] in OWN_PATHS:
            raise ValueError(f"must not begin with a path of the service itself: {', '.join(sorted(OWN_PATHS))}")
        return "".join(f"/{part}" for part in parts)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        try:
            _networks(value)
        except ValueError:
            raise ValueError("must be addresses and networks like 10.0.0.0/8, separated by commas") from None
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator(
        "database_url",
        "database_owner_url",
        "redis_url",
        "content_dir",
        "legacy_tokens_until",
        "other_secret_keys",
        "other_secret_keys_until",
        "metrics_token",
        "avatar_store",
        mode="before",
    )
    @classmethod
    def _blank_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("identity_providers", mode="before")
    @classmethod
    def _from_json(cls, value: object) -> object:
        """Parsed here, because the library ends with a traceback if it cannot parse a value."""
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value or "[]")
        except ValueError:
            raise ValueError("must be a list of providers as JSON") from None

    @field_validator("database_url", "database_owner_url", "redis_url")
    @classmethod
    def _is_url(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None:
            schemes = REDIS_SCHEMES if info.field_name == "redis_url" else POSTGRES_SCHEMES
            parts = urlsplit(value.get_secret_value())
            try:
                usable = parts.scheme in schemes and (parts.port is None or parts.port > 0)
            except ValueError:
                usable = False
            if not usable:
                raise ValueError(f"must be a URL like {schemes[0]}://user:password@host:port/name")
        return value

    @field_validator("avatar_store")
    @classmethod
    def _is_bucket(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                Bucket.parse(value.get_secret_value())
            except ValueError:
                raise ValueError("must be a URL like https://access:secret@host/bucket?region=name") from None
        return value

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        problems = self._list_unsafe() if self.env == "production" else []
        if self.secret_key is not None and not self.secret_key.get_secret_value().strip():
            problems.append("SCOUT_SECRET_KEY is set but empty")  # anyone could sign valid tokens with it
        if self.database_owner_url and not self.database_url:
            problems.append("SCOUT_DATABASE_OWNER_URL needs SCOUT_DATABASE_URL")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _list_unsafe(self) -> list[str]:
        problems = [
            *unsafe_secrets(reveal(self.secret_key), self.other_keys, reveal(self.metrics_token)),
            *unsafe_lifetimes(self.token_days, self.legacy_tokens_until),
            *unsafe_switches(self.limits, self.log_level),
            *unsafe_origins(self.cors, self.proxy_networks),
            *unsafe_stores(
                {
                    "SCOUT_DATABASE_URL": reveal(self.database_url),
                    "SCOUT_DATABASE_OWNER_URL": reveal(self.database_owner_url),
                    "SCOUT_REDIS_URL": reveal(self.redis_url),
                }
            ),
        ]
        if any(is_remote_without_tls(provider.jwks_url) for provider in self.providers.values()):
            problems.append("SCOUT_IDENTITY_PROVIDERS has a jwks_url without TLS")
        if is_remote_without_tls(reveal(self.avatar_store)):
            problems.append("SCOUT_AVATAR_STORE is without TLS")
        return problems


def reveal(secret: SecretStr | None) -> str | None:
    """The text of a secret setting; None if it is unset."""
    return secret.get_secret_value() if secret is not None else None


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part) for part in _parts(text))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
