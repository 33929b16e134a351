"""Limits for all routes that have none of their own: by learner where a token says who, else by address."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from scout_os.core.identity import Authenticator, bearer_token
from scout_os.core.limits.address import request_address
from scout_os.core.limits.limits import Limits, TooManyRequests
from scout_os.core.limits.rules import OPEN_READ, OPEN_WRITE, READ, SUBMIT, WRITE
from scout_os.core.problems import Unauthenticated, problem_body

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


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
                    await self._admit(scope, services.limits, services.authenticator)
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


def _learner(scope: Scope, authenticator: Authenticator) -> str | None:
    try:
        return authenticator.read_token(bearer_token(scope["headers"])).sessions
    except Unauthenticated:
        return None
