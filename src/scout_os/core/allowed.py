"""Which methods a path has: for the `Allow` header of 405, which must name all of them (RFC 9110, section 15.5.6)."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.routing import Match

METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


def allowed_methods(request: Request) -> str:
    """The methods that the request's path answers to; the framework by itself names those of its first route only."""
    app: FastAPI = request.app
    return ", ".join(method for method in METHODS if _has(app, request, method))


def _has(app: FastAPI, request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] == Match.FULL for route in app.router.routes)
