"""The hottest routes: what they take and refuse, as every route does."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from scout_os.core.http import Envelope
from scout_os.leaderboard.schemas import LeaderboardData, MyRankData
from scout_os.training.schemas import ProgressState
from tests.service import NO_TLS, Service, Truth, add_learners, attempt, token

SUBMIT = "/training/progress/submit"
FORM = "application/x-www-form-urlencoded"
READS = ("/leaderboard", "/leaderboard/me", "/training/progress/state")
MODELS: dict[str, type[BaseModel]] = {
    "/leaderboard": Envelope[LeaderboardData],
    "/leaderboard?limit=1": Envelope[LeaderboardData],
    "/leaderboard/me": Envelope[MyRankData],
    "/training/progress/state": ProgressState,
    "/training/progress/state?section_id=puk": ProgressState,
}


@pytest.mark.parametrize("path", MODELS)
async def test_the_bytes_are_those_of_the_documented_model(service: Service, truth: Truth, path: str) -> None:
    """What is made as bytes is what the model of the OpenAPI document makes of it, in the same order."""
    learner, rival, newcomer = await add_learners(truth, 3)
    await truth.execute("UPDATE users SET name = 'Aïsha \"K\" \\ 😀' WHERE id = $1", rival)
    async with service.client(learner) as client, service.client(rival) as other, service.client(newcomer) as new:
        await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))
        await other.post(SUBMIT, json=attempt("puk_u1_l1", 2))
        await other.post(SUBMIT, json=attempt("puk_u1_l1", 5))
        for asker in (client, other, new):
            answer = await asker.get(path)
            assert answer.status_code == 200
            model = MODELS[path].model_validate_json(answer.content)
            assert answer.content == model.model_dump_json(exclude_unset=True).encode()
            moment = answer.json().get("timestamp")
            assert moment is None or datetime.fromisoformat(moment) <= datetime.now(UTC)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1.5", "9" * 30])
async def test_a_limit_out_of_bounds(service: Service, limit: str) -> None:
    """`limit` is 1 to 100; anything else is 422 and named, whatever else is asked."""
    async with service.client() as client:
        for query in (f"limit={limit}", f"odd=1&limit={limit}"):
            answer = await client.get(f"/leaderboard?{query}")
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "limit")


@pytest.mark.parametrize("query", ["limit=1", "limit=100", "odd=1", "odd=%ff&limit=7", "limit=9&limit=3", "limit=%31"])
async def test_a_limit_within_bounds(service: Service, query: str) -> None:
    """A limit may be spelt as any query parameter may, and what is not known beside it is ignored."""
    async with service.client() as client:
        assert (await client.get(f"/leaderboard?{query}")).status_code == 200


async def test_a_submission_is_the_same_in_one_piece_and_in_two(service: Service, truth: Truth) -> None:
    """A body that comes in two pieces without a length gets the same answer, also when it is refused."""
    learner, twin = await add_learners(truth, 2)
    bodies: list[tuple[Any, int]] = [
        (attempt("puk_u1_l1", 5), 200),
        (attempt("puk_u1_l1", 1), 200),
        (attempt("puk_u1_l3", 5), 409),
        (attempt("no_such_l1", 5), 404),
        (attempt("puk_u1_l1", 9), 422),
        (attempt("puk_u1_l1", -1), 422),
        (attempt("puk_u1_l1", 5) | {"correct_answers": "5"}, 422),
        (attempt("puk_u1_l1", 5) | {"xp_earned": 900}, 200),
        (attempt("puk_u1_l1", 5) | {"is_correct": True}, 422),
        (attempt("puk_u1_l1", 5) | {"correct_answers": 10**30}, 422),
        ([], 422),
    ]
    async with service.client(learner) as whole, service.client(twin) as pieces:
        for body, status in bodies:
            one, two = await whole.post(SUBMIT, json=body), await in_pieces(pieces, json.dumps(body).encode())
            assert (one.status_code, two.status_code) == (status, status), body
            assert one.json() == two.json()
            assert headers(one) == headers(two)


@pytest.mark.parametrize("kind", ["text/plain", FORM, "multipart/form-data; boundary=x", "application/jsonp", ""])
async def test_a_body_that_is_not_said_to_be_json(service: Service, truth: Truth, kind: str) -> None:
    """A body of another type, such as a browser sends to another site without asking, is 422; any JSON type is read."""
    [learner] = await add_learners(truth, 1)
    body = json.dumps(attempt("puk_u1_l1", 5)).encode()
    async with service.client(learner) as client:
        assert (await client.post(SUBMIT, content=body, headers={"Content-Type": kind})).status_code == 422
        assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0
        for json_type in ("Application/JSON; charset=utf-8", "application/problem+json"):
            assert (await client.post(SUBMIT, content=body, headers={"Content-Type": json_type})).status_code == 200


@pytest.mark.parametrize("kind", [None, "text/plain", "application/json"])
async def test_a_missing_body_is_named(service: Service, truth: Truth, kind: str | None) -> None:
    """Without a body, 422 says that one is required, whatever its type would have been."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        answer = await client.post(SUBMIT, headers={"Content-Type": kind} if kind else {})
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": "body", "message": "Field required"}])


async def test_a_key_holds_for_a_retry_in_pieces(service: Service, truth: Truth) -> None:
    """A submission and its retry get one answer, byte for byte; another submission with its key is refused."""
    [learner] = await add_learners(truth, 1)
    body = json.dumps(attempt("puk_u1_l1", 5)).encode()
    async with service.client(learner) as client:
        kind = {"Content-Type": "application/json"}
        first = await client.post(SUBMIT, content=body, headers={"Idempotency-Key": "once"} | kind)
        again = await in_pieces(client, body, {"Idempotency-Key": "once"})
        other = await client.post(SUBMIT, json=attempt("puk_u1_l1", 4), headers={"Idempotency-Key": "once"})
        bad = await client.post(SUBMIT, content=body, headers={"Idempotency-Key": "x" * 256} | kind)
    assert (first.content, "Idempotent-Replayed" in first.headers) == (again.content, False)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_idempotency_key")


@pytest.mark.parametrize("spelt", ["Bearer {}", "bearer {}", "BEARER  {}", "Bearer   {}"])
async def test_an_oddly_spaced_token_is_read_alike_everywhere(service: Service, truth: Truth, spelt: str) -> None:
    """The scheme in any case and spaces around the token are read alike by hot routes, all others, streams and limits."""
    [learner] = await add_learners(truth, 1)
    shown = {"Authorization": spelt.format(token(learner))}
    async with httpx.AsyncClient(base_url=service.api, headers=shown, verify=NO_TLS) as client:
        assert (await client.post(SUBMIT, json=attempt("puk_u1_l1", 5))).status_code == 200
        for path in (*READS, "/users/me"):
            assert (await client.get(path)).status_code == 200, path
        assert (await client.get("/leaderboard")).json()["data"]["my_rank"] == {"rank": 1, "xp": 10}
        async with client.stream("GET", "/leaderboard/stream") as stream:
            first = await anext(line async for line in stream.aiter_lines() if line.startswith("data:"))
    assert '"me":{' in first


@pytest.mark.parametrize(
    "body", [attempt("puk_u1_l1", 5), attempt("puk_u1_l1", 9), attempt("no_such_l1", 5), {"level_id": 5}, "no object"]
)
async def test_a_learner_who_is_gone_submits_nothing(service: Service, truth: Truth, body: Any) -> None:
    """The token of a disabled learner is a bad one at once, whether the submission would be good or not."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        assert (await client.post(SUBMIT, json=attempt("puk_u1_l1", 1))).status_code == 200
        await truth.execute("UPDATE users SET is_active = false WHERE id = $1", learner)
        assert (await client.post(SUBMIT, json=body)).status_code == 401
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0


async def in_pieces(client: httpx.AsyncClient, body: bytes, extra: dict[str, str] | None = None) -> httpx.Response:
    """A submission whose body comes in two chunks."""

    async def pieces() -> AsyncIterator[bytes]:
        yield body[:2]
        yield body[2:]

    headers = {"Content-Type": "application/json"} | (extra or {})
    return await client.post(SUBMIT, content=pieces(), headers=headers)


def headers(answer: httpx.Response) -> dict[str, str]:
    """Headers but those that differ for each request."""
    return {key: value for key, value in answer.headers.items() if key not in {"x-request-id", "date", "time-seal"}}
