"""The HTTP edge: error answers in one shape, strict bodies, and the envelope that clients in the field expect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from scout_os.core.problems import Problem, problem_body

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1
MAX_FIELD_CHARS = 64
MAX_ERRORS = 50
"""Enough for any body that is meant; one that is not would have an answer many times its own length."""
REPLAYED = "Idempotent-Replayed"
"""Header of an answer that is the kept one of an earlier request."""


def _whole(value: object) -> object:
    """JSON has one kind of number: 5.0 is 5, also in the JSON of clients whose numbers are doubles."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


T = TypeVar("T")
WholeNumber = Annotated[int, BeforeValidator(_whole)]
"""An integer of a body: a whole double is one, a text is none."""
UserId = Annotated[int, Field(ge=1, le=INT64_MAX)]

_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}

_NOT_JSON = "The body is not JSON that this service can read."

log = structlog.get_logger(__name__)


class Body(BaseModel):
    """A request body: JSON types as they are (no "5" for 5), unknown fields refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Refusal(BaseModel):
    """The one shape of every error."""

    success: bool = False
    status: int
    code: str = Field(description="Names the reason; stable.")
    detail: str = Field(description="What is wrong, for people.")
    message: str = Field(description="The same text; clients in the field read either.")
    errors: list[FieldError] = Field([], description="By field, where the request itself is not valid; 50 at most.")


REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Refusal, "description": "Refused; nothing was changed."},
    503: {"model": Refusal, "description": "A part is away or overloaded; try again after Retry-After."},
}
"""What every route may answer beside success, for the OpenAPI document."""


class Envelope(BaseModel, Generic[T]):
    """The wrapping of auth, users, hearts and leaderboard answers; `/training` answers go without it."""

    success: bool = True
    data: T
    message: str
    timestamp: datetime


def envelope(data: T, message: str) -> Envelope[T]:
    """Wrap `data` with the time of this very answer."""
    return Envelope(data=data, message=message, timestamp=datetime.now(UTC))


def install_error_handlers(app: FastAPI) -> None:
    """Give every refusal the one shape, whoever raised it; `Edge` answers what is left."""
    for kind in (Problem, RequestValidationError, HTTPException, ClientDisconnect):
        app.add_exception_handler(kind, _on_error)
    app.add_exception_handler(Exception, _pass_on)


def error_answer(path: str, error: Exception) -> JSONResponse:
    """The answer to an error, in the one shape."""
    if isinstance(error, Problem):
        return _answer(error.status, error.code, error.detail, headers=error.headers)
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, ClientDisconnect):
        return _answer(400, _CODES[400], "The request ended before it was complete.")  # nobody reads it
    if isinstance(error, HTTPException):
        if error.status_code == 400:  # the framework's word for a body that its JSON parser gave up on
            return _answer(422, "invalid", _NOT_JSON)
        code = _CODES.get(error.status_code, "refused")
        return _answer(error.status_code, code, str(error.detail), headers=error.headers)
    log.error("unexpected_error", path=path, exc_info=error)
    return _answer(500, Problem.code, Problem.detail)


def _invalid(error: RequestValidationError) -> JSONResponse:
    if any(item["type"] == "json_invalid" for item in error.errors()):
        return _answer(422, "invalid", _NOT_JSON, [{"field": "body", "message": _NOT_JSON}])
    errors = [{"field": _field(item["loc"]), "message": str(item["msg"])} for item in error.errors()[:MAX_ERRORS]]
    detail = "; ".join(f"{item['field']}: {item['message']}" for item in errors[:5])
    return _answer(422, "invalid", detail, errors)


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, HTTPException) and error.status_code == 405:
        error.headers = {"Allow": _allowed(request)}  # the framework by itself names those of its first route only
    return error_answer(request.url.path, error)


async def _pass_on(_: Request, error: Exception) -> JSONResponse:
    raise error


def _allowed(request: Request) -> str:
    """All methods that the request's path answers to, as RFC 9110, section 15.5.6, wants them named."""
    app: FastAPI = request.app
    routes = [
        route for route in app.routes if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE
    ]
    methods = {method for route in routes for method in route.methods or ()}
    if "GET" in methods and request.scope["path"] not in app.state.lasting:
        methods.add("HEAD")
    return ", ".join(sorted(methods))


def _answer(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | list[Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    return JSONResponse(problem_body(code, status, detail, errors or []), status, headers=headers)


def _field(loc: tuple[int | str, ...]) -> str:
    """`("body", "level_id")` → `level_id`; a name that the caller made up is cut short."""
    name = ".".join(str(part) for part in loc if part not in {"body", "query", "path", "header"}) or str(loc[0])
    return name if len(name) <= MAX_FIELD_CHARS else name[:MAX_FIELD_CHARS] + "…"
