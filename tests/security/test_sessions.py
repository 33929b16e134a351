"""Attacks by somebody who has a token that should no longer count."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeAlias

import httpx
import pytest

from tests.security.conftest import TwoWorkers, flush, nothing, stop
from tests.security.test_requests import connect
from tests.service import Service, Truth, add_learners, attempt, token

PASSWORD = "siap selalu kak"
DEADLINE_SECONDS = 5.0
End: TypeAlias = Callable[[Truth, httpx.AsyncClient, int], Awaitable[object]]


async def disable(truth: Truth, _: httpx.AsyncClient, learner: int) -> None:
    await truth.execute("UPDATE users SET is_active = false WHERE id = $1", learner)


async def log_out(_: Truth, victim: httpx.AsyncClient, learner: int) -> None:
    assert (await victim.post("/auth/logout")).status_code == 200


async def log_out_everywhere(_: Truth, victim: httpx.AsyncClient, learner: int) -> None:
    assert (await victim.post("/auth/logout-everywhere")).status_code == 200


async def change_password(_: Truth, victim: httpx.AsyncClient, learner: int) -> None:
    body = {"old_password": PASSWORD, "new_password": "siap selalu, kakak"}
    assert (await victim.post("/auth/password", json=body)).status_code == 200


async def erase(_: Truth, victim: httpx.AsyncClient, learner: int) -> None:
    assert (await victim.request("DELETE", "/me", json={"password": PASSWORD})).status_code == 200


@pytest.mark.parametrize(
    ("end", "trouble"),
    [
        (disable, nothing),
        (disable, flush),
        (disable, stop),
        (log_out, flush),
        (log_out_everywhere, stop),
        (change_password, flush),
        (erase, stop),
    ],
)
async def test_a_token_whose_time_is_over_is_refused_everywhere(
    pair: TwoWorkers, truth: Truth, end: End, trouble: Callable[[TwoWorkers], Awaitable[None]]
) -> None:
    """Who was disabled or erased, or ended the session, is refused by both workers within 5 s, and earns nothing."""
    async with AsyncExitStack() as stack:
        learner, clients = await sign_in(stack, pair)
        await end(truth, clients[0], learner)
        ended = time.monotonic()
        await trouble(pair)
        for path in ("/users/me", "/training/progress/state", "/leaderboard/me"):
            while [(await client.get(path)).status_code for client in clients] != [401, 401]:
                assert time.monotonic() - ended < DEADLINE_SECONDS, path
                await asyncio.sleep(0.05)
        for client in clients:
            refused = await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))
            assert refused.status_code == 401
        await trouble(pair)
        assert [(await client.get("/users/me")).status_code for client in clients] == [401, 401]
    assert await truth.fetchval("SELECT total_xp FROM users WHERE id = $1", learner) == 0


async def test_a_submission_by_a_token_that_ended_is_refused_at_once(pair: TwoWorkers, truth: Truth) -> None:
    """What a worker still believes of a token does not count where XP is written: not one submission after the end."""
    async with AsyncExitStack() as stack:
        learner, (one, two) = await sign_in(stack, pair)
        assert (await two.get("/users/me")).status_code == 200
        await log_out(truth, one, learner)
        key = {"Idempotency-Key": "after"}
        assert (await two.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))).status_code == 401
        assert (
            await two.post("/training/progress/submit", json=attempt("puk_u1_l1", 5), headers=key)
        ).status_code == 401
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0


async def test_logging_out_ends_one_token_and_a_new_password_all(pair: TwoWorkers) -> None:
    """Other devices go on after a log-out; after a change of the password only the new token and the new password work."""
    async with AsyncExitStack() as stack:
        _, (one, two) = await sign_in(stack, pair)
        login = {"username": "budi", "password": PASSWORD}
        other = (await one.post("/auth/login", json=login)).json()["data"]["access_token"]
        other_device = {"Authorization": f"Bearer {other}"}
        await one.post("/auth/logout")
        assert (await two.get("/users/me", headers=other_device)).status_code == 200

        wrong = {"old_password": "not this one", "new_password": "siap selalu, kakak"}
        refused = await two.post("/auth/password", json=wrong, headers=other_device)
        assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
        weak = {"old_password": PASSWORD, "new_password": "password123"}
        assert (await two.post("/auth/password", json=weak, headers=other_device)).status_code == 422
        changed = await two.post("/auth/password", json=wrong | {"old_password": PASSWORD}, headers=other_device)
        new = {"Authorization": f"Bearer {changed.json()['data']['access_token']}"}
        assert (await one.get("/users/me", headers=new)).status_code == 200
        assert (await one.post("/auth/login", json=login)).status_code == 401
        assert (await one.post("/auth/login", json=login | {"password": "siap selalu, kakak"})).status_code == 200


PARTS = ("headers", "params")
ELSEWHERE: list[dict[str, dict[str, str]]] = [
    {},
    *({"headers": {"Authorization": spelt}} for spelt in ("", "Bearer", "bearer", "Bearer x", "Bearer a b")),
    *({"headers": {"Authorization": f"{spelt}{{token}}"}} for spelt in ("", "Basic ", "Bearer", "Bearer a ")),
    {"headers": {"X-Authorization": "Bearer {token}"}},
    {"headers": {"Cookie": "token={token}; access_token={token}"}},
    {"params": {"token": "{token}", "access_token": "{token}"}},
]


async def test_a_token_elsewhere_than_in_its_header(service: Service, truth: Truth) -> None:
    """A token counts as a bearer token and nowhere else: else 401, whatever the body is, and how it should be."""
    [learner] = await add_learners(truth, 1)
    async with service.client() as http:
        for asked in ELSEWHERE:
            headers, params = (
                {name: text.replace("{token}", token(learner)) for name, text in asked.get(part, {}).items()}
                for part in PARTS
            )
            answers = [
                await http.post("/training/progress/submit", headers=headers, params=params, json=body)
                for body in (attempt("puk_u1_l1", 5), {"odd": 1})
            ]
            answers += [
                await http.get(path, headers=headers, params=params)
                for path in ("/users/me", "/leaderboard/me", "/training/progress/state")
            ]
            for refused in answers:
                assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer"), asked


async def sign_in(stack: AsyncExitStack, workers: TwoWorkers) -> tuple[int, list[httpx.AsyncClient]]:
    """A new learner, signed in at both workers, which have both read who it is."""
    clients = [await stack.enter_async_context(service.client()) for service in workers.services]
    body = {"name": "Budi", "username": "budi", "password": PASSWORD}
    data = (await clients[0].post("/auth/register", json=body)).json()["data"]
    for client in clients:
        client.headers["Authorization"] = f"Bearer {data['access_token']}"
        assert (await client.get("/users/me")).status_code == 200
    return data["user"]["id"], clients


READ = [
    [b"Bearer %b"],
    [b"bearer %b"],
    [b"BEARER %b"],
    [b"Bearer  %b"],
    [b"Bearer\t%b"],
    [b"Bearer \t  %b"],
    [b"  Bearer %b"],
    [b"Bearer %b  \t"],
    [b"Bearer %b", b"Bearer forged"],
]
UNREAD = [
    [],
    [b""],
    [b"Bearer"],
    [b"Bearer "],
    [b"%b"],
    [b"Bearer%b"],
    [b"Bearer:%b"],
    [b"Basic %b"],
    [b"Bearer %b %b"],
    [b"Bearer %b, Bearer %b"],
    [b'Bearer "%b"'],
    [b"Bearer forged", b"Bearer %b"],
]
"""The fields `Authorization` of a request, in order; `%b` is the token."""
SUBMISSION = json.dumps(attempt("puk_u1_l1", 5)).encode()
ROUTES: dict[bytes, tuple[bytes, bytes]] = {
    b"GET /leaderboard?limit=1": (b'"my_rank":{', b'"my_rank":null'),
    b"GET /leaderboard?limit=01": (b'"my_rank":{', b'"my_rank":null'),
    b"GET /leaderboard/stream": (b'"my_rank":{', b'"my_rank":null'),
    b"GET /leaderboard/me": (b" 200 OK", b" 401 "),
    b"GET /users/me": (b" 200 OK", b" 401 "),
    b"HEAD /users/me": (b" 200 OK", b" 401 "),
    b"GET /training/progress/state": (b" 200 OK", b" 401 "),
    b"POST /training/progress/submit": (b" 200 OK", b" 401 "),
    b"POST /leaderboard/stream/ticket": (b" 200 OK", b" 401 "),
}
"""Frequent routes and others, and what tells that they know the learner, or that they know nobody."""


async def test_a_token_is_read_alike_by_every_route(service: Service, truth: Truth) -> None:
    """However `Authorization` is spelt, each route knows the learner, or each knows nobody; of two fields the first counts."""
    [learner] = await add_learners(truth, 1)
    shown = token(learner).encode()
    for spellings, known in ((READ, 0), (UNREAD, 1)):
        for spelling in spellings:
            fields = b"".join(b"Authorization: %b\r\n" % value.replace(b"%b", shown) for value in spelling)
            for route, signs in ROUTES.items():
                answer = await asked(service, route, fields, until=signs)
                assert signs[known] in answer, (spelling, route, answer[:300])


async def asked(service: Service, route: bytes, fields: bytes, *, until: tuple[bytes, bytes]) -> bytes:
    """What comes until one of the two signs; a stream does not end."""
    reader, writer = await connect(service)
    method, path = route.split()
    body = SUBMISSION if b"submit" in path else b""
    head = b"%b /api/v1%b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
    writer.write(head % (method, path, len(body)) + fields + b"\r\n" + body)
    answer = b""
    async with asyncio.timeout(10):
        while not any(sign in answer for sign in until) and (data := await reader.read(65536)):
            answer += data
    writer.close()
    return answer
