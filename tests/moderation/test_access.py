"""Who may correct: admins, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.moderation.serving import REASON, Admin, row_of
from tests.service import Service, Truth, add_learners

ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/admin/users/{}/corrections", REASON | {"amount": 5}),
    ("PUT", "/admin/users/{}/suspension", REASON),
    ("DELETE", "/admin/users/{}/suspension", REASON),
    ("DELETE", "/admin/users/{}", REASON),
]
each_route = pytest.mark.parametrize(("method", "path", "body"), ROUTES)


@each_route
async def test_learners_are_403_and_strangers_401(
    service: Service, truth: Truth, method: str, path: str, body: dict[str, Any]
) -> None:
    """Neither another's nor one's own account can be touched without the admin role, and nothing changes."""
    one, other = await add_learners(truth, 2)
    before = await row_of(truth, one)
    async with service.client(one) as learner, service.client(other) as another, service.client() as stranger:
        answers = [await client.request(method, path.format(one), json=body) for client in (learner, another, stranger)]
        forged = await stranger.request(method, path.format(one), json=body, headers={"Authorization": "Bearer x"})
    assert [answer.status_code for answer in (*answers, forged)] == [403, 403, 401, 401]
    assert await row_of(truth, one) == before
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0


async def test_every_admin_route_is_covered_here(service: Service) -> None:
    """The list above is the whole of /admin/users, by the service's own description."""
    async with service.client() as client:
        document = (await client.get(f"{service.url}/openapi.json")).json()
    known = {
        (verb.upper(), route.removeprefix("/api/v1").replace("{user_id}", "{}"))
        for route, verbs in document["paths"].items()
        if route.startswith("/api/v1/admin/users")
        for verb in verbs
    }
    assert known == {(verb, route) for verb, route, _ in ROUTES}


@each_route
async def test_nobody_has_an_unknown_id(admin: Admin, method: str, path: str, body: dict[str, Any]) -> None:
    """An id that nobody has is 404; one that cannot be is 422."""
    for user_id, status in (("999999", 404), (str(2**63 - 1), 404), (str(2**63), 422), ("0", 422), ("budi", 422)):
        assert (await admin.http.request(method, path.format(user_id), json=body)).status_code == status, user_id


async def test_admins_cannot_lock_themselves_out(admin: Admin, truth: Truth) -> None:
    """Suspending or deleting oneself is 409 and changes nothing."""
    before = await row_of(truth, admin.id)
    for answer in (await admin.suspend(admin.id), await admin.delete(admin.id)):
        assert (answer.status_code, answer.json()["code"]) == (409, "own_account")
    assert await row_of(truth, admin.id) == before
