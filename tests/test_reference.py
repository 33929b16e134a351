"""The API's reference: readable without the internet, and with nothing from elsewhere."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Request, async_playwright, expect

from tests.service import Service
from tests.web.browser import ARGUMENTS, chromium

OFFLINE = [*ARGUMENTS, "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
"""Chromium knows no name but this machine's address."""
PAGES = {"/docs": "#operations-auth-login_api_v1_auth_login_post", "/redoc": "[data-section-id^='tag/auth']"}
"""What shows that a page has drawn the document."""
DRAWN_MS = 60_000
"""ReDoc computes for seconds, on a busy machine for many."""
REDOCS_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
"""Not asked for, because the page forbids it."""


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES)
async def test_a_page_is_drawn_without_the_internet(service: Service, page: str) -> None:
    """The browser, which reaches nobody else, shows the API's operations, asks nobody else, and breaks no rule of the page."""
    asked: list[Request] = []
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=OFFLINE)
        window = await browser.new_page()
        window.on("request", lambda request: asked.append(request))
        window.on("console", lambda message: complaints.append(message.text))
        window.on("pageerror", lambda error: complaints.append(str(error)))
        await window.goto(service.url + page)
        await expect(window.locator(PAGES[page]).first).to_be_visible(timeout=DRAWN_MS)
        await browser.close()
    elsewhere = [request for request in asked if not request.url.startswith((service.url, "data:", "blob:"))]
    assert [request.url for request in elsewhere if request.failure != "csp"] == []
    assert [text for text in complaints if REDOCS_LOGO not in text] == []


async def test_pages_and_files_may_be_shown_from_here_alone(service: Service) -> None:
    """Each page forbids itself everything from elsewhere, and foreign scripts; other files than its own are not served."""
    async with service.client() as client:
        for page in (*PAGES, "/docs/oauth2-redirect"):
            policy = (await client.get(service.url + page)).headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "http" not in policy
            assert re.search(r"script-src 'self'( 'sha256-[^']+')*;", policy)
            assert "frame-ancestors 'none'" in policy
        script = await client.get(f"{service.url}/docs/assets/swagger-ui-bundle.js")
        assert script.headers["content-type"].startswith("text/javascript")
        for name in ("../core.py", "..%2fcore.py", "favicon.png", "none.js"):
            assert (await client.get(f"{service.url}/docs/assets/{name}")).status_code in {404, 422}, name
