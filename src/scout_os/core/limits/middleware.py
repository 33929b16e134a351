"""Limits for all routes that have none of their own: by learner where a token says who, else by address."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from scout_os.core.identity import Authenticator
from scout_os.core.limits.address import address_key
from scout_os.core.limits.limits import Limits, TooManyRequests
from scout_os.core.limits.rules import OPEN_READ, OPEN_WRITE, READ, SUBMIT, WRITE
from scout_os.core.problems import Unauthenticated, problem_body

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SCHEME = "bearer "


class Limited:
    """ASGI middleware: answers 429 to who asks too much of the paths under `prefix`. Reads cost no round trip."""

    def __init__(self, app: ASGIApp, prefix: str, submit_path: str) -> None:
        self._app = app
        self._prefix = prefix
        self._submit_path = submit_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self._prefix):
            services = scope["app"].state.services
            if services is not None:
                try:
                    await self._admit(scope, services[Limits], services[Authenticator])
                except TooManyRequests as refused:
                    body = problem_body(refused.code, refused.status, refused.detail)
                    await JSONResponse(body, refused.status, headers=refused.headers)(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope, limits: Limits, authenticator: Authenticator) -> None:
        learner = _learner(scope, authenticator)
        reads = scope["method"] in _READING
        if learner is None:
            limits.admit(OPEN_READ if reads else OPEN_WRITE, request_address(scope))
        elif reads:
            limits.admit(READ, learner)
        elif scope["path"] == self._submit_path:
            limits.admit(SUBMIT, learner)
        else:
            await limits.take([(WRITE, learner)])


def request_address(scope: Scope) -> str:
    """Whom the request's address stands for."""
    client = scope.get("client")
    return address_key(client[0]) if client else "unknown"


def _learner(scope: Scope, authenticator: Authenticator) -> str | None:
    header = Headers(scope=scope).get("authorization", "")
    if not header.lower().startswith(_SCHEME):
        return None
    try:
        return authenticator.read_token(header[len(_SCHEME) :].strip()).sessions
    except Unauthenticated:
        return None
