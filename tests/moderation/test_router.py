"""What the admin's routes refuse: ids that nobody has, and bodies that say nothing or too much."""

from __future__ import annotations

from typing import Any

import pytest

from tests.learners import REASON, Admin, row_of
from tests.service import Truth

ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/admin/users/{}/corrections", REASON | {"amount": 5}),
    ("PUT", "/admin/users/{}/suspension", REASON),
    ("DELETE", "/admin/users/{}/suspension", REASON),
    ("DELETE", "/admin/users/{}", REASON),
    ("POST", "/admin/users/{}/password", {}),
    ("POST", "/admin/users/{}/password-code", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_an_id_of_nobody_is_404(admin: Admin, method: str, path: str, body: dict[str, Any]) -> None:
    """An id that nobody has is 404; one that cannot be is 422."""
    for user_id, status in (("999999", 404), (str(2**63 - 1), 404), (str(2**63), 422), ("0", 422), ("budi", 422)):
        assert (await admin.http.request(method, path.format(user_id), json=body)).status_code == status, user_id


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0},
        {"amount": "5"},
        {"amount": 5.5},
        {"amount": True},
        {"amount": 2**53},
        {"amount": -(2**63) - 1},
        {"amount": 10**400},
        {"amount": None},
        {"reason": ""},
        {"reason": "  "},
        {"reason": "x" * 501},
        {"reason": "a\nb"},
        {"reason": "a\x00b"},
        {"reason": None},
        {"correction_id": "no-uuid"},
        {"correction_id": 5},
        {"actor": "user:1"},
        {"user_id": 1},
    ],
)
async def test_malformed_corrections_change_nothing(
    admin: Admin, truth: Truth, learner: int, change: dict[str, Any]
) -> None:
    """What is no correction is 422, and no row is written."""
    assert (await admin.correct(learner, **({"amount": 5} | change))).status_code == 422
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0
    assert (await row_of(truth, learner))["board_era"] == 0


async def test_a_reason_is_needed(admin: Admin, truth: Truth, learner: int) -> None:
    """Suspending and restoring without a reason is 422 and changes nothing."""
    for method in ("PUT", "DELETE"):
        for body in ({}, {"reason": ""}, {"reason": "x" * 501}, {"reason": "why", "until": "tomorrow"}):
            answer = await admin.http.request(method, f"/admin/users/{learner}/suspension", json=body)
            assert answer.status_code == 422
    assert (await row_of(truth, learner))["board_era"] == 0
