"""What a route may ask for: the open services, who is asking, and from where."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Header, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from pydantic import AfterValidator

from scout_os.core.access_tokens import Verified
from scout_os.core.identity import Authenticator, Identity
from scout_os.core.limits.address import request_address
from scout_os.core.problems import BadKey, Forbidden, Starting, Unauthenticated
from scout_os.wiring import Services

T = TypeVar("T")

MAX_KEY_CHARS = 255
_KEY = re.compile(f"[!-~]{{1,{MAX_KEY_CHARS}}}")

OPTIONAL_TOKEN: dict[str, Any] = {"security": [{}]}
"""For `openapi_extra` of a route whose token is optional: the dependency names the token, this says that none will do."""


def services_of(request: Request) -> Services:
    """The services of the process that serves `request`; raises `Starting` while they are not open."""
    services: Services | None = request.app.state.services
    if services is None:
        raise Starting
    return services


async def _services(request: Request) -> Services:
    return services_of(request)


async def _address(request: Request) -> str:
    return request_address(request.scope)


class ByToken(SecurityBase, Generic[T]):
    """A dependency that learns from the request's bearer token who is asking."""

    def __init__(self, ask: Callable[[Authenticator, Verified | None], Awaitable[T]]) -> None:
        self.model = HTTPBearer(description="The access token of register or login.")
        self.scheme_name = "HTTPBearer"
        self._ask = ask

    async def __call__(self, request: Request) -> T:
        authenticator = services_of(request).authenticator
        return await self._ask(authenticator, authenticator.find_asker(request.scope))


class UnconfirmedByToken(ByToken[Verified]):
    """Takes the token's own word, without asking PostgreSQL, where the statement of the use case asks whether it counts."""

    def __init__(self) -> None:
        super().__init__(_read)

    async def confirm(self, request: Request) -> None:
        """Raise `Unauthenticated` if the token does not count any more."""
        authenticator = services_of(request).authenticator
        await authenticator.identify(authenticator.find_asker(request.scope))


async def _read(_: Authenticator, asker: Verified | None) -> Verified:
    if asker is None:
        raise Unauthenticated
    return asker


async def _admin(authenticator: Authenticator, asker: Verified | None) -> Identity:
    identity = await authenticator.identify_admin(asker)
    if identity.role != "admin":
        raise Forbidden("This needs the admin role.")
    return identity


async def _holder(authenticator: Authenticator, asker: Verified | None) -> Verified | None:
    with suppress(Unauthenticated):
        return None if asker is None else await authenticator.trust(asker)
    return None


def _key(text: str | None) -> str | None:
    if text is not None and not _KEY.fullmatch(text):
        raise BadKey
    return text


OpenServices = Annotated[Services, Depends(_services)]
ClientAddress = Annotated[str, Depends(_address)]
"""Whom the request's address stands for, as limits count."""
CurrentIdentity = Annotated[Identity, Depends(ByToken(Authenticator.identify))]
OptionalIdentity = Annotated[Identity | None, Depends(ByToken(Authenticator.identify_optional))]
AdminIdentity = Annotated[Identity, Depends(ByToken(_admin))]
UnconfirmedToken = Annotated[Verified, Depends(UnconfirmedByToken())]
"""For routes of `FastRoute` alone, which confirms it before a refusal."""
IdempotencyKey = Annotated[
    str | None,
    Header(
        description="Any text that is new for each request; a retry with it gets the first answer.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_KEY_CHARS, "pattern": "^[!-~]*$"},
    ),
    AfterValidator(_key),
]
TokenHolder = Annotated[Verified | None, Depends(ByToken(_holder))]
"""For what needs no token but lasts: who asks, and for how long. A bad token counts as none."""
