"""The settings of an identity provider (OpenID Connect)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class IdentityProvider(BaseModel):
    """Signs ID tokens; its keys are published at `jwks_url`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern="^[a-z0-9][a-z0-9-]{0,31}$")
    jwks_url: str = Field(pattern="^https?://")
    issuers: tuple[str, ...] = Field(min_length=1)
    audiences: tuple[str, ...] = Field(min_length=1)
    """Our client IDs there. ID tokens for other apps are refused."""
    algorithms: tuple[Literal["RS256", "ES256"], ...] = ("RS256",)


def google(client_ids: tuple[str, ...]) -> IdentityProvider:
    return IdentityProvider(
        name="google",
        jwks_url="https://www.googleapis.com/oauth2/v3/certs",
        issuers=("https://accounts.google.com", "accounts.google.com"),
        audiences=client_ids,
    )
