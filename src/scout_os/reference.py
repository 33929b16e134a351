"""The API's reference, at `/docs` and `/redoc`. Browsers load it from this service alone, so it needs no internet.

Swagger UI (Apache License 2.0) and ReDoc (MIT License) come with the package `fastapi-offline`.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from importlib.resources import files
from typing import Literal

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from fastapi.responses import FileResponse, HTMLResponse

PAGES = "/docs"
SECOND_PAGE = "/redoc"
OAUTH_REDIRECT = f"{PAGES}/oauth2-redirect"
ASSETS = f"{PAGES}/assets"
DOCUMENT = "/openapi.json"
NO_ICON = "data:,"
ASSET_HEADERS = {"Cache-Control": "public, max-age=3600"}
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

Asset = Literal["swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js"]


def add_reference(app: FastAPI, root: str) -> None:
    """Add the pages, and the files that they are made of; `root` stands before their addresses."""
    directory = files("fastapi_offline") / "static"

    async def swagger_ui(_: Request) -> HTMLResponse:
        return _only_from_here(
            get_swagger_ui_html(
                openapi_url=root + DOCUMENT,
                title=app.title,
                swagger_js_url=f"{root}{ASSETS}/swagger-ui-bundle.js",
                swagger_css_url=f"{root}{ASSETS}/swagger-ui.css",
                swagger_favicon_url=NO_ICON,
                oauth2_redirect_url=root + OAUTH_REDIRECT,
            )
        )

    async def redoc(_: Request) -> HTMLResponse:
        return _only_from_here(
            get_redoc_html(
                openapi_url=root + DOCUMENT,
                title=app.title,
                redoc_js_url=f"{root}{ASSETS}/redoc.standalone.js",
                redoc_favicon_url=NO_ICON,
                with_google_fonts=False,
            )
        )

    async def oauth2_redirect(_: Request) -> HTMLResponse:
        return _only_from_here(get_swagger_ui_oauth2_redirect_html())

    async def asset(asset: Asset) -> FileResponse:
        return FileResponse(str(directory / asset), headers=ASSET_HEADERS)

    app.add_route(PAGES, swagger_ui, include_in_schema=False)
    app.add_route(OAUTH_REDIRECT, oauth2_redirect, include_in_schema=False)
    app.add_route(SECOND_PAGE, redoc, include_in_schema=False)
    app.add_api_route(f"{ASSETS}/{{asset}}", asset, include_in_schema=False, response_model=None)


def _only_from_here(page: HTMLResponse) -> HTMLResponse:
    """`page`, which may run its own script and our files, and asks nobody else for anything."""
    scripts = [hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(bytes(page.body).decode())]
    allowed = " ".join(("'self'", *(f"'sha256-{b64encode(digest).decode()}'" for digest in scripts)))
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {allowed}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; frame-ancestors 'none'"
    )
    return page
