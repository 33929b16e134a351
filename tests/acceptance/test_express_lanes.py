"""The express lanes: the same answers as the framework's routes, and no statement more than is needed."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.service import Service, Truth, add_learners, attempt

SUBMIT = "/training/progress/submit"
FLEETING = {"timestamp", "as_of"}
"""Fields that tell the moment of an answer."""


@pytest.mark.parametrize("path", ["/leaderboard", "/leaderboard/me", "/training/progress/state"])
async def test_a_read_is_the_same_by_lane_and_by_route(service: Service, truth: Truth, path: str) -> None:
    """Sent as usual (the lane) and with a parameter that nobody knows (the route), a read gets the same answer."""
    learner, rival = await add_learners(truth, 2)
    async with service.client(learner) as client, service.client(rival) as other:
        await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))
        await other.post(SUBMIT, json=attempt("puk_u1_l1", 2))
        for asker in (client, other):
            by_lane, by_route = await asker.get(path), await asker.get(path, params={"odd": "1"})
            assert lasting(by_lane.json()) == lasting(by_route.json())
            assert headers(by_lane) == headers(by_route)
            assert by_lane.status_code == 200


async def test_a_submission_is_the_same_by_lane_and_by_route(service: Service, truth: Truth) -> None:
    """Sent whole (the lane) and in two pieces (the route), a submission gets the same answer, also when it is refused."""
    learner, twin = await add_learners(truth, 2)
    bodies: list[Any] = [
        attempt("puk_u1_l1", 5),
        attempt("puk_u1_l1", 1),
        attempt("puk_u1_l3", 5),
        attempt("no_such_l1", 5),
        attempt("puk_u1_l1", 9),
        attempt("puk_u1_l1", -1),
        attempt("puk_u1_l1", 5) | {"score": "5"},
        attempt("puk_u1_l1", 5) | {"xp_earned": 900},
        attempt("puk_u1_l1", 5) | {"is_correct": True},
        attempt("puk_u1_l1", 5) | {"score": 10**30},
        [],
    ]
    async with service.client(learner) as whole, service.client(twin) as pieces:
        for body in bodies:
            by_lane = await whole.post(SUBMIT, json=body)
            by_route = await in_pieces(pieces, json.dumps(body).encode())
            assert by_lane.json() == by_route.json()
            assert by_lane.status_code == by_route.status_code
            assert headers(by_lane) == headers(by_route)


async def test_a_key_holds_over_lane_and_route(service: Service, truth: Truth) -> None:
    """A submission by the lane and its retry by the route get one answer, byte for byte."""
    [learner] = await add_learners(truth, 1)
    body = json.dumps(attempt("puk_u1_l1", 5)).encode()
    async with service.client(learner) as client:
        kind = {"Content-Type": "application/json"}
        first = await client.post(SUBMIT, content=body, headers={"Idempotency-Key": "once"} | kind)
        again = await in_pieces(client, body, {"Idempotency-Key": "once"})
        other = await client.post(SUBMIT, json=attempt("puk_u1_l1", 4), headers={"Idempotency-Key": "once"})
    assert (first.content, "Idempotent-Replayed" in first.headers) == (again.content, False)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("authorization", ["", "Bearer x", "Basic eDp5", "bearer"])
async def test_no_lane_without_a_valid_token(service: Service, authorization: str) -> None:
    """A missing or bad token is refused with 401 and the challenge, as by the route."""
    headers = {"Authorization": authorization} if authorization else {}
    async with httpx.AsyncClient(base_url=service.api, headers=headers) as client:
        for answer in (await client.post(SUBMIT, json=attempt("puk_u1_l1", 5)), await client.get("/leaderboard/me")):
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_a_learner_who_is_gone_submits_nothing(service: Service, truth: Truth) -> None:
    """The token of a disabled learner is a bad one at once, whether the submission would be good or not."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        assert (await client.post(SUBMIT, json=attempt("puk_u1_l1", 1))).status_code == 200
        await truth.execute("UPDATE users SET is_active = false WHERE id = $1", learner)
        assert (await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))).status_code == 401
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0


async def in_pieces(client: httpx.AsyncClient, body: bytes, extra: dict[str, str] | None = None) -> httpx.Response:
    """A submission whose body comes in two chunks."""

    async def pieces() -> Any:
        yield body[:2]
        yield body[2:]

    headers = {"Content-Type": "application/json"} | (extra or {})
    return await client.post(SUBMIT, content=pieces(), headers=headers)


def lasting(value: Any) -> Any:
    """`value` without what tells the moment of the answer."""
    if isinstance(value, dict):
        return {key: lasting(item) for key, item in value.items() if key not in FLEETING}
    return [lasting(item) for item in value] if isinstance(value, list) else value


def headers(answer: httpx.Response) -> dict[str, str]:
    """Headers but those that differ for each request."""
    return {key: value for key, value in answer.headers.items() if key not in {"x-request-id", "date"}}
