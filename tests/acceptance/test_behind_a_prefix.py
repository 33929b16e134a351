"""The service below a path of a host that it shares, behind a proxy that takes the prefix away or leaves it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from scout_os.core.store_urls import StoreUrls
from scout_os.settings import OWN_PATHS
from tests.leaderboard.stream.watching import watching
from tests.reverse_proxy import proxied
from tests.security.authorisation import ROWS
from tests.service import NO_TLS, Service, Truth, add_learners, serve, token
from tests.users.test_avatars import send
from tests.users.wild import halves

PREFIX = "/belajar"
_LOADED = re.compile(r"""(?:src|href)=["']([^"'#]+)["']""")


@pytest.fixture
def prefixed(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The service with the learner's app, told that it is shown below a prefix."""
    with serve(packed_stores, tmp_path, web_app="on", root_path=f"{PREFIX}/", cors_origins="https://a.example") as one:
        yield one


@pytest.fixture(params=[True, False], ids=["stripped", "left"])
async def client(request: pytest.FixtureRequest, prefixed: Service, truth: Truth) -> AsyncIterator[httpx.AsyncClient]:
    """A learner's client of the proxy, which knows nothing outside the prefix."""
    [learner] = await add_learners(truth, 1)
    headers = {"Authorization": f"Bearer {token(learner)}"}
    async with (
        proxied(prefixed.url, PREFIX, strips=request.param) as url,
        httpx.AsyncClient(base_url=url + PREFIX, headers=headers, timeout=30, verify=NO_TLS) as client,
    ):
        yield client


@pytest.mark.parametrize("page", ["/", "/docs", "/redoc"])
async def test_a_page_and_all_that_it_loads_are_below_the_prefix(client: httpx.AsyncClient, page: str) -> None:
    """The learner's app and the API's reference: every file that the page names is there, by GET and HEAD."""
    url = str(client.base_url).rstrip("/") + page
    answer = await client.get(url)
    assert answer.status_code == 200
    assert (await client.head(url)).headers.get("content-type") == answer.headers["content-type"]
    names = {name for name in _LOADED.findall(answer.text) if not name.startswith("data:")}
    assert names
    for name in names:
        file = urljoin(url, name)
        assert (await client.get(file)).status_code == 200, file
        assert (await client.head(file)).status_code == 200, file


async def test_the_prefix_without_its_slash_leads_to_the_app(prefixed: Service) -> None:
    """The page's addresses are relative, so it must not be seen at `/belajar`."""
    async with proxied(prefixed.url, PREFIX, strips=False) as url, httpx.AsyncClient(verify=NO_TLS) as client:
        answer = await client.get(url + PREFIX)
        assert (answer.status_code, answer.headers["location"]) == (308, f"{PREFIX}/")


async def test_the_description_leads_below_the_prefix(client: httpx.AsyncClient) -> None:
    """A client made from the OpenAPI document finds the API where the document says."""
    document = (await client.get("/openapi.json")).json()
    [server] = document["servers"]
    assert server["url"] == PREFIX
    path = urljoin(str(client.base_url), server["url"] + "/api/v1/training/sections")
    assert (await client.get(path)).status_code == 200


async def test_the_api_is_the_same_below_the_prefix(client: httpx.AsyncClient) -> None:
    """Frequent routes and others, the stream, refusals and preflights: as at the root of a host."""
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    answers = {
        "/api/v1/leaderboard": 200,
        "/api/v1/leaderboard/me": 200,
        "/api/v1/leaderboard/me?neighbours=1": 200,
        "/api/v1/info": 200,
        "/api/v1/training/first-section/content": 200,
        "/api/v1/users/me": 200,
        "/healthz": 200,
        "/readyz": 200,
        "/api/v1/none": 404,
        "/api/v1/auth/login": 405,
    }
    assert {path: (await client.get(path)).status_code for path in answers} == answers
    assert (await client.get("/api/v1/none")).headers["cache-control"] == "no-store"
    assert (await client.put("/api/v1/leaderboard")).headers["allow"] == "GET, HEAD"
    assert (await client.options("/api/v1/users/me", headers=preflight)).status_code == 200
    client.base_url = client.base_url.join(f"{PREFIX}/api/v1")
    async with watching(client) as reading:
        assert (await reading.next()).data["me"]["success"]


async def test_pictures_have_addresses_below_the_prefix(client: httpx.AsyncClient) -> None:
    """A picture's address in answers leads to it, from the root of the host, as browsers read it."""
    client.base_url = client.base_url.join(f"{PREFIX}/api/v1")
    url = (await send(client, halves("PNG", (60, 40)))).json()["data"]["picture_url"]
    assert url.startswith(f"{PREFIX}/media/")
    assert (await client.get("/users/me")).json()["data"]["picture_url"] == url
    assert (await client.get(client.base_url.join(url))).headers["content-type"] == "image/jpeg"


async def test_without_the_proxy_the_service_answers_too(prefixed: Service) -> None:
    """Health checks that come past the proxy need no prefix, and what only begins like it is something else."""
    async with prefixed.client() as client:
        assert (await client.get(f"{prefixed.url}/readyz")).status_code == 200
        answer = await client.get(f"{prefixed.url}{PREFIX}x/api/v1/leaderboard")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_no_header_of_a_request_changes_addresses(prefixed: Service) -> None:
    """Where pages and documents lead is said by settings, not by `Host` or by what a proxy might forward."""
    forged = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "/evil.example",
        "X-Script-Name": "/evil.example",
        "Forwarded": "host=evil.example",
    }
    async with prefixed.client() as client:
        for path in ("/", "/docs", "/redoc", "/openapi.json", "/api/v1/leaderboard", "/api/v1/none"):
            answer = await client.get(prefixed.url + path, headers=forged)
            assert "evil" not in answer.text, path
            assert not any("evil" in value for value in answer.headers.values()), path


def test_a_prefix_is_never_mistaken_for_a_path_of_ours() -> None:
    """Settings refuse a prefix that begins like any route, or like the folder of the app's files."""
    assert {route.split(" /")[1].split("/")[0] for route in ROWS} | {"assets"} == OWN_PATHS
