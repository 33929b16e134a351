"""How a request reaches a route of the API: under a limit, with a bounded body, and the hottest ones without detours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scout_os.core.arguments import Arguments
from scout_os.core.edge import JSON_UTF8
from scout_os.core.http import REFUSALS
from scout_os.core.limits.address import request_address
from scout_os.core.limits.rules import OPEN_READ, OPEN_WRITE, READ, WRITE, Rule
from scout_os.core.problems import Problem
from scout_os.dependencies import UnconfirmedByToken
from scout_os.wiring import Services

API = "/api/v1"
MAX_BODY_BYTES = 64 * 1024
_NOTHING_WAS_DONE = frozenset({400, 403, 404, 409, 422})
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

F = TypeVar("F", bound=Callable[..., object])


def limited(rule: Rule) -> Callable[[F], F]:
    """Declare the limit of a learner at a route, where it is not the usual one of its method."""

    def declare(endpoint: F) -> F:
        endpoint.__dict__["limit"] = rule
        return endpoint

    return declare


class ApiRoute(APIRoute):
    """A route of the API: counts the request against its limit, then reads no more of the body than `max_body_size`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.limit: Rule | None = endpoint.__dict__.get("limit")

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await admit(scope, self._limit_for(scope))
        await super().handle(scope, _bounded(scope, receive, self.max_body_size or MAX_BODY_BYTES), send)

    def _limit_for(self, scope: Scope) -> Rule | None:
        """The route's own limit is for its own methods."""
        return self.limit if scope["method"] in (self.methods or ()) else None


class FastRoute(ApiRoute):
    """A route for the hottest requests: found by `FastRoutes`, its arguments read by `Arguments`, its answer a `Response`.

    Before a request is refused whose token was not confirmed, it is: a token that counts no more gets 401.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._arguments = Arguments(endpoint, self.param_convertors)
        self._unconfirmed = [
            ask for ask in self._arguments.dependencies.values() if isinstance(ask, UnconfirmedByToken)
        ]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        serve = self.serve if scope["method"] in (self.methods or ()) else super().handle
        await serve(scope, receive, send)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with this route's path and method; `Edge` answers what this raises."""
        response = await self._respond(scope, receive)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        await admit(scope, self._limit_for(scope))
        request = Request(scope, _bounded(scope, receive, MAX_BODY_BYTES))
        try:
            response: Response = await self.endpoint(**await self._arguments.read(request))
        except (RequestValidationError, Problem) as refusal:
            if not isinstance(refusal, Problem) or refusal.status in _NOTHING_WAS_DONE:
                for dependency in self._unconfirmed:
                    await dependency.confirm(request)
            raise
        return response


class JsonAnswer(Response):
    """An answer whose JSON is made already."""

    def __init__(self, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.status_code = 200
        self.background = None
        self.body = body
        self.raw_headers = [(b"content-length", b"%d" % len(body)), (b"content-type", JSON_UTF8), *headers]


def api_router(
    prefix: str,
    *,
    tags: list[str],
    responses: dict[int | str, dict[str, Any]] | None = None,
    route_class: type[ApiRoute] = ApiRoute,
) -> APIRouter:
    """A feature's router."""
    return APIRouter(
        prefix=API + prefix, tags=[*tags], responses={**REFUSALS, **(responses or {})}, route_class=route_class
    )


def add_routes(app: FastAPI, *routers: APIRouter) -> None:
    """Add the routers' routes to the application in one list, and count requests for paths of the API that are none.

    `include_router` would search each router three times for a request.
    """
    for router in routers:
        app.router.routes.extend(router.routes)
    not_found = app.router.default

    async def find_nothing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(API):
            await admit(scope, None)
        await not_found(scope, receive, send)

    app.router.default = find_nothing


class FastRoutes:
    """Finds those of `routes` that are fast by method and path, without a search through all.

    Their paths may have one parameter, as the last segment but one.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._exact: dict[tuple[str, str], ASGIApp] = {}
        self._with_parameter: dict[tuple[str, str, str], tuple[str, ASGIApp]] = {}
        """By method, and what stands before and after the one segment that is a parameter."""
        for route in routes:
            if isinstance(route, FastRoute):
                for method in route.methods or ():
                    self._add(method, route)

    def _add(self, method: str, route: FastRoute) -> None:
        if not route.param_convertors:
            self._exact[method, route.path] = route.serve
            return
        before, segment, after = _around_last_but_one(route.path)
        if [segment] != [f"{{{name}}}" for name in route.param_convertors]:
            raise ValueError(f"{route.path}: not a path that is found fast")
        self._with_parameter[method, before, after] = segment[1:-1], route.serve

    def find(self, scope: Scope) -> ASGIApp | None:
        """The application that answers a request, if it is fast; puts its path's parameter into `scope`, as routers do."""
        method, path = scope["method"], scope["path"]
        exact = self._exact.get((method, path))
        if exact is not None:
            return exact
        before, value, after = _around_last_but_one(path)
        found = self._with_parameter.get((method, before, after))
        if found is None or not value:
            return None
        scope["path_params"] = {found[0]: value}
        return found[1]


def _around_last_but_one(path: str) -> tuple[str, str, str]:
    head, _, last = path.rpartition("/")
    before, _, segment = head.rpartition("/")
    return before, segment, last


async def admit(scope: Scope, rule: Rule | None) -> None:
    """Count a request: by learner where a token says who, by `rule` or that of its method, else by address.

    Raises `TooManyRequests`. Reads and submissions are counted without a round trip.
    """
    services: Services | None = scope["app"].state.services
    if services is None:
        return
    reads = scope["method"] in _READING
    asker = services.authenticator.find_asker(scope)
    if asker is None:
        services.limits.admit(OPEN_READ if reads else OPEN_WRITE, request_address(scope))
    elif rule is not None or reads:
        services.limits.admit(rule or READ, asker.sessions)
    else:
        await services.limits.take([(WRITE, asker.sessions)])


def _bounded(scope: Scope, receive: Receive, bound: int) -> Receive:
    """`receive`, for a body of at most `bound` bytes: an announced larger one is refused unread."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            if value.isdigit() and int(value) > bound:
                raise _too_large(bound)
            return receive  # the server reads no more than was announced
    read = 0

    async def receive_bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > bound:
            raise _too_large(bound)
        return message

    return receive_bounded


def _too_large(bound: int) -> HTTPException:
    return HTTPException(413, f"The body is larger than {bound} bytes.")
