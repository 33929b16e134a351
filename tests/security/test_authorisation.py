"""Everybody asks for everything, their own and others': each is answered as the table of authorisation says."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count, product
from pathlib import Path

import httpx
import pytest

from scout_os.app import create_app
from scout_os.core.access_tokens import Tokens
from scout_os.core.clock import SystemClock
from tests.learners import row_of
from tests.security.authorisation import NAMES, ROWS, Asker, Row, Target, routes_of
from tests.service import Service, Truth, add_learners, settings_for, token, until

_numbers = count(1)
EIGHT_DAYS = 8 * 24 * 60
BELIEVED_SECONDS = 2.5
"""How long a role may be believed, and a little."""


def test_every_route_has_a_row(tmp_path: Path) -> None:
    """No route is without a row in the table, mounted ones included, and no row without a route."""
    app = create_app(settings_for(tmp_path))
    assert sorted(routes_of(app.routes)) == sorted(ROWS)


async def test_the_table_of_authorisation(service: Service, truth: Truth, capsys: pytest.CaptureFixture[str]) -> None:
    """Every cell has its status, and where it is a refusal, neither the asker's row nor the other's has changed."""
    wrong, cells = [], 0
    async with service.client() as client:
        for route, row in ROWS.items():
            for (asker, target), status in row.cells.items():
                answer, changed = await ask(service, client, truth, route, row, asker, target)
                cells += 1
                if answer.status_code != status or (status >= 400 and changed):
                    wrong.append(f"{route} as {asker}, {target}: {answer.status_code} not {status}; changed: {changed}")
    with capsys.disabled():
        print(f"\n{cells} cells of authorisation, {len(ROWS)} routes")  # noqa: T201 - for whoever runs it
    assert wrong == []


async def test_a_role_lost_counts_at_once(service: Service, truth: Truth) -> None:
    """An admin who was made a learner, or disabled, is refused within the two seconds that a role is believed."""
    boss = await truth.fetchval("INSERT INTO users (username, name, role) VALUES ('b', 'B', 'admin') RETURNING id")
    async with service.client(boss) as client:
        for change, status in (("role = 'learner'", 403), ("is_active = false", 401)):
            await truth.execute(f"UPDATE users SET {change} WHERE id = $1", boss)

            async def refused(expected: int = status) -> bool:
                return (await client.get("/admin/reviews")).status_code == expected

            await until(refused, seconds=BELIEVED_SECONDS)


async def ask(
    service: Service, client: httpx.AsyncClient, truth: Truth, route: str, row: Row, asker: Asker, target: Target
) -> tuple[httpx.Response, bool]:
    """One cell: its answer, and whether anything of the two users it could touch has changed."""
    number = next(_numbers)
    role = "admin" if asker == "admin" else "learner"
    sql = "INSERT INTO users (username, name, role, is_active) VALUES ($1, 'X', $2, $3) RETURNING id"
    one = await truth.fetchval(sql, f"one-{number}", role, asker != "disabled")
    other = await truth.fetchval(sql, f"other-{number}", "learner", True)
    owner = one if target == "own" else other
    made = await truth.fetchval(row.prepare, owner) if row.prepare else None
    method, path = route.split(" ")
    path = path.format(**{name: value(owner) for name, value in NAMES.items()}, review_id=made)
    body = None if row.body is None else json.dumps(row.body).replace("{n}", str(number))
    before = await row_of(truth, one), await row_of(truth, other)
    headers = {"Content-Type": "application/json"} if body else {}
    if asker != "anonymous":
        headers["Authorization"] = f"Bearer {shown(asker, one)}"
    async with client.stream(method, service.url + path, content=body, headers=headers) as answer:
        if "text/event-stream" not in answer.headers.get("content-type", ""):  # which does not end
            await answer.aread()
    return answer, before != (await row_of(truth, one), await row_of(truth, other))


def shown(asker: Asker, user_id: int) -> str:
    """The token that an asker shows."""
    if asker == "forged":
        settings = settings_for(Path())
        return Tokens(
            key=b"a key of somebody else's, as long as ours is",
            issuer=settings.token_issuer,
            audience=settings.token_audience,
            lifetime=timedelta(days=7),
            clock=SystemClock(),
        ).issue(user_id)
    return token(user_id, minutes_ago=EIGHT_DAYS if asker == "expired" else 0)


DETOURS = [
    *("//api/v1/admin/reviews", "/api/v1//admin/reviews", "/api/v1/admin/reviews/", "/API/V1/ADMIN/REVIEWS"),
    *(
        "/api/v1/me/../admin/reviews",
        "/api/v1/me/%2e%2e/admin/reviews",
        "/api/v1/admin%2freviews",
        "/api/v1/admin/reviews%00",
    ),
    *(
        "/api/v1/admin/reviews;x",
        "/api/v1/./admin/reviews",
        "/api/v1/admin/reviews?role=admin",
        "/api/v1/%61dmin/reviews",
    ),
]


async def test_no_detour_leads_to_an_admins_route(service: Service, truth: Truth) -> None:
    """Another spelling of a path, or a header that names another method, path or user, opens nothing to a learner."""
    [learner, other] = await add_learners(truth, 2)
    override = {
        "X-HTTP-Method-Override": "DELETE",
        "X-Original-URL": "/api/v1/admin/reviews",
        "X-User-Id": str(other),
        "X-Rewrite-URL": "/api/v1/admin/reviews",
        "X-Forwarded-User": "admin",
        "X-Role": "admin",
    }
    async with service.client(learner) as client:
        for path, headers in product(DETOURS, ({}, override)):
            request = httpx.Request("GET", service.url + path, headers={**client.headers, **headers})
            request.url = httpx.URL(service.url).copy_with(raw_path=path.encode())
            assert (await client.send(request)).status_code in {403, 404}, path
        me = (await client.get("/users/me", headers=override)).json()["data"]
    assert (me["id"], me["role"]) == (learner, "learner")


async def test_methods_that_no_route_has_are_405(service: Service, truth: Truth) -> None:
    """Each route answers its own methods only; TRACE and CONNECT are nobody's."""
    [learner] = await add_learners(truth, 1)
    known: dict[str, set[str]] = {}
    for route in ROWS:
        method, path = route.split(" ")
        known.setdefault(path, set()).add(method)
    async with service.client(learner) as client:
        for path, methods in known.items():
            others = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"} - methods
            filled = path.format(**{name: value(learner) for name, value in NAMES.items()}, review_id=1)
            for method in others:
                answer = await client.request(method, service.url + filled)
                # A word may also be an id to a route beside: PUT /users/me/... is none of /users/{user_id}/...
                assert answer.status_code in {405, 404, 422}, f"{method} {path}: {answer.status_code}"
                if answer.status_code == 405:
                    assert methods <= set(answer.headers["allow"].split(", ")), f"{method} {path}"
