"""Refusals: one class per reason, with its status and code; one shape for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class Problem(Exception):
    """A request that is refused. `detail` names what is wrong and never repeats a secret."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    detail: str = "Something went wrong on our side."
    retry_after: int | None = None
    """Seconds."""
    headers: Mapping[str, str] = {}

    def __init__(self, detail: str | None = None, *, retry_after: int | None = None) -> None:
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail
        seconds = retry_after or self.retry_after
        if seconds:
            self.headers = {"Retry-After": str(seconds)}


class Invalid(Problem):
    """The request is understood and contradicts a rule; nothing was changed."""

    status = 422
    code = "invalid"
    detail = "The request is not valid."


class Unauthenticated(Problem):
    """No token, or one that is bad, expired, or of a user who is gone. Clients in the field log out on it."""

    status = 401
    code = "unauthenticated"
    detail = "A valid access token is needed."
    headers: Mapping[str, str] = {"WWW-Authenticate": "Bearer"}


class Forbidden(Problem):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    detail = "You may not do this."


class NotFound(Problem):
    """There is no such thing, or none that the caller may know of."""

    status = 404
    code = "not_found"
    detail = "There is no such thing."


class Unavailable(Problem):
    """A part we cannot do without is away. Nothing was acknowledged; trying again is right."""

    status = 503
    code = "unavailable"
    detail = "The service is not available at the moment. Please try again."
    retry_after = 1


class Starting(Unavailable):
    """The process is up; its database is not ready yet."""

    code = "starting"
    detail = "The service is starting. Please try again."


class KeyReused(Invalid):
    """An idempotency key was sent again with another request."""

    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was already used for another request."


class BadKey(Problem):
    """The idempotency key itself is malformed."""

    status = 400
    code = "bad_idempotency_key"
    detail = "Idempotency-Key must be 1 to 255 visible ASCII characters."


def problem_body(code: str, status: int, detail: str, errors: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """The one shape of an error: `detail` and `message` say the same, because clients in the field read either."""
    body: dict[str, Any] = {"success": False, "status": status, "code": code, "detail": detail, "message": detail}
    if errors:
        body["errors"] = [dict(error) for error in errors]
    return body
