"""What answers give away, and what browsers may do with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scout_os.app import create_app
from scout_os.core.store_urls import StoreUrls
from scout_os.users.repository import UserRepository
from tests.service import Service, Truth, add_learners, attempt, serve, settings_for, token

PRODUCTION: dict[str, Any] = {"secret_key": "kY3vR8qLz0Wb5TnXc7JmAe2Hs9PdUf4G"}
METRICS_TOKEN = "a long token of the scraper's"
CANARY = "kenari-7f3a9c"
API_HEADERS = {
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


async def test_every_answer_tells_browsers_what_it_is(
    service: Service, truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers of every status carry the headers, are JSON objects and name no server."""
    [learner] = await add_learners(truth, 1)

    async def broken(*_: object) -> None:
        raise RuntimeError(CANARY)

    async with service.client(learner) as client:
        answers = [
            await client.get("/leaderboard"),
            await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5)),
            await client.get("/users/me"),
            await client.get("/users/me", headers={"Authorization": "Bearer forged"}),
            await client.get("/users/999/public"),
            await client.request("TRACE", "/users/me"),
            await client.post("/training/progress/submit", content=b"x" * 70_000),
            await client.post("/training/progress/submit", content=b"{"),
        ]
        monkeypatch.setattr(UserRepository, "find_active", broken)
        answers.append(await client.get("/users/me"))
    assert [answer.status_code for answer in answers] == [200, 200, 200, 401, 404, 405, 413, 422, 500]
    for answer in answers:
        assert API_HEADERS.items() <= dict(answer.headers).items(), answer.status_code
        assert "server" not in answer.headers
        assert isinstance(answer.json(), dict)
    assert CANARY not in answers[-1].text


EVIL = ("null", "https://evil.example", "https://app.example.evil.example", "http://app.example")


async def test_another_sites_script_reads_nothing(packed_stores: StoreUrls, tmp_path: Path) -> None:
    """No origin but those in the settings is allowed, by default none, and none with credentials.

    A preflight's answer carries the id of its request, too.
    """
    preflight = {"Access-Control-Request-Method": "POST"}
    for index, allowed in enumerate(("", "https://app.example")):
        with serve(packed_stores, tmp_path / str(index), cors_origins=allowed) as service:
            async with service.client() as client:
                for origin in EVIL:
                    answers = [
                        await client.get("/leaderboard", headers={"Origin": origin}),
                        await client.options("/training/progress/submit", headers={"Origin": origin, **preflight}),
                    ]
                    assert not any("access-control-allow-origin" in answer.headers for answer in answers), origin
                    assert all("x-request-id" in answer.headers for answer in answers), origin
                ours = await client.get("/leaderboard", headers={"Origin": "https://app.example"})
        assert ours.headers.get("access-control-allow-origin") == (allowed or None)
        assert "access-control-allow-credentials" not in ours.headers


async def test_browsers_use_https_for_subdomains_only_if_a_setting_says_so(tmp_path: Path) -> None:
    """Answers commit browsers to HTTPS for this host; for its subdomains with `SCOUT_HSTS_SUBDOMAINS`, errors too."""
    app = create_app(settings_for(tmp_path, hsts_subdomains=True))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answers = [await client.get(path) for path in ("/healthz", "/api/v1/leaderboard", "/none")]
    assert [answer.status_code for answer in answers] == [200, 503, 404]
    assert {answer.headers["strict-transport-security"] for answer in answers} == {
        "max-age=31536000; includeSubDomains"
    }


async def test_a_refusal_repeats_nothing_that_was_sent(service: Service, truth: Truth) -> None:
    """Whatever field of whatever body holds a secret, of whatever wrong type or length, the answer does not hold it."""
    [learner] = await add_learners(truth, 1)
    asked = 0
    async with service.client(learner) as client:
        document = (await client.get(f"{service.url}/openapi.json")).json()
        for method, path, schema in bodies(document):
            for field in schema.get("properties", {}):
                for value in (CANARY * 200, [CANARY], {"nested": CANARY}, CANARY, f"{CANARY}\u0000"):
                    answer = await client.request(method, path, json={field: value})
                    assert answer.status_code < 500, (path, field)
                    assert answer.is_success or CANARY not in answer.text, (path, field)
                    asked += 1
        assert CANARY not in (await client.post("/auth/login", content=f'{{"password": "{CANARY}'.encode())).text
        assert CANARY not in (await client.get("/users/me", headers={"Authorization": f"Bearer {CANARY}"})).text
    assert asked > 50


async def test_production_shows_neither_documents_nor_metrics(tmp_path: Path) -> None:
    """In production `/docs` and its like are 404, and `/metrics` unless the scraper has the token of the settings."""
    pages = ("/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/docs/assets/swagger-ui.css")
    learner, scraper = f"Bearer {token(1)}", f"Bearer {METRICS_TOKEN}"
    assert {await status(tmp_path, page) for page in (*pages, "/metrics")} == {404}
    assert [await status(tmp_path, "/metrics", header) for header in ("Bearer ", "Bearer None", learner)] == [404] * 3
    guarded = [
        await status(tmp_path, "/metrics", header, metrics_token=METRICS_TOKEN) for header in ("", learner, scraper)
    ]
    assert guarded == [404, 404, 503]  # the scraper comes as far as the services, which are not open here


async def status(data_dir: Path, path: str, authorization: str = "", **changes: Any) -> int:
    """What an application with production's settings answers before its stores are there."""
    app = create_app(settings_for(data_dir, env="production", **PRODUCTION, **changes))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return (await client.get(path, headers={"Authorization": authorization})).status_code


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every endpoint that takes JSON: method, path below the API's, the body's schema."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None:
                continue
            reference = json.dumps(content["schema"]).partition("#/components/schemas/")[2].partition('"')[0]
            filled = path.removeprefix("/api/v1").replace("{user_id}", "1")
            yield method.upper(), filled, document["components"]["schemas"][reference]
