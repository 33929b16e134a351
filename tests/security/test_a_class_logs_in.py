"""Limits of what attackers do must not strike those beside them: a class behind one address, many devices of one account."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from argon2 import PasswordHasher

from scout_os.auth.throttle import LOGIN_BY_ADDRESS
from tests.security.conftest import Trouble, TwoWorkers, flush, nothing, stop
from tests.service import NO_TLS, Truth
from tests.users.serving import bearer

CLASS = 60
DEVICES = 40
PASSWORD = "siap selalu kak"
SCHOOL = "10.5.5.5"
IN_SECONDS = 30.0
"""The existing clients wait no longer for an answer."""
PAUSE_SECONDS = 0.2
"""Five guesses a second."""


@pytest.mark.parametrize("trouble", [nothing, stop, flush])
async def test_a_class_logs_in_at_one_moment(behind_proxy: TwoWorkers, truth: Truth, trouble: Trouble) -> None:
    """Sixty at one new address and forty devices with one account, all for the first time: each right password lets in."""
    await make_class(truth)
    async with clients(behind_proxy) as both:
        await trouble(behind_proxy)
        began = time.monotonic()
        assert await class_logs_in(both) == {200: CLASS + DEVICES}
    assert time.monotonic() - began < IN_SECONDS


@pytest.mark.parametrize(("trouble", "factor"), [(nothing, 1), (stop, 2), (flush, 2)])
async def test_a_class_logs_in_beside_a_guesser(
    behind_proxy: TwoWorkers, truth: Truth, trouble: Trouble, factor: int
) -> None:
    """Who tries made-up names from the class's address keeps nobody out who logged in there before, and gets no more tries."""
    await make_class(truth)
    async with clients(behind_proxy) as both:
        assert await class_logs_in(both) == {200: CLASS + DEVICES}
        guesses: Counter[int] = Counter()
        began = time.monotonic()
        guesser = asyncio.create_task(guess(both, guesses))
        await asyncio.sleep(1)
        await trouble(behind_proxy)
        for _ in range(2):
            logging_in = time.monotonic()
            assert await class_logs_in(both) == {200: CLASS + DEVICES}
            assert time.monotonic() - logging_in < IN_SECONDS
        guesser.cancel()
        with suppress(asyncio.CancelledError):
            await guesser
    assert set(guesses) <= {401, 429}
    assert guesses[429] > 0
    assert (
        guesses[401] <= (LOGIN_BY_ADDRESS.burst + (time.monotonic() - began) / LOGIN_BY_ADDRESS.interval + 3) * factor
    )


async def test_a_class_that_is_new(behind_proxy: TwoWorkers) -> None:
    """Sixty who sign up, log in and read at one moment at one address are all served, and are known there from then on."""
    async with clients(behind_proxy) as both:

        async def begin(number: int) -> list[int]:
            client, account = both[number % 2], {"username": f"murid{number}", "password": PASSWORD}
            at_school = {"X-Forwarded-For": SCHOOL}
            read = await client.get("/leaderboard", headers=at_school)
            made = await client.post("/auth/register", json=account, headers=at_school)
            entered = await login(both[1 - number % 2], f"murid{number}", PASSWORD)
            signed = at_school | {"Authorization": f"Bearer {entered.json()['data']['access_token']}"}
            path = await client.get("/training/progress/state", headers=signed)
            return [answer.status_code for answer in (read, made, entered, path)]

        served = await asyncio.gather(*(begin(number) for number in range(CLASS)))
        assert Counter(map(tuple, served)) == {(200, 201, 200, 200): CLASS}
        guesses = await asyncio.gather(*(login(both[0], f"nobody{n}", "guessed") for n in range(50)))
        assert 429 in {guess.status_code for guess in guesses}
        assert (await login(both[1], "murid1", PASSWORD)).status_code == 200


async def test_a_thief_of_a_token_does_not_use_up_its_owners_tries(pair: TwoWorkers) -> None:
    """Whoever guesses the old password with a stolen token keeps nobody from changing it who has logged in again."""
    account = {"username": "budi", "password": PASSWORD}
    change = {"old_password": PASSWORD, "new_password": "another password"}
    async with clients(pair) as both:
        stolen = bearer((await both[0].post("/auth/register", json=account)).json()["data"]["access_token"])
        guesses = [
            (await both[n % 2].post("/auth/password", json=change | {"old_password": "guessed"}, headers=stolen))
            for n in range(15)
        ]
        assert guesses[-1].status_code == 429
        owner = bearer((await both[0].post("/auth/login", json=account)).json()["data"]["access_token"])
        assert (await both[1].post("/auth/password", json=change, headers=owner)).status_code == 200


async def make_class(truth: Truth) -> None:
    """Sixty accounts and the one of the class, with one password."""
    await truth.execute(
        "INSERT INTO users (username, name, password_hash) SELECT 'murid' || n, 'Murid', $2 FROM generate_series(0, $1) n",
        CLASS,
        PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD),
    )


async def class_logs_in(both: list[httpx.AsyncClient]) -> Counter[int]:
    """How often which status came."""
    one_each = [login(both[n % 2], f"murid{n}", PASSWORD) for n in range(1, CLASS + 1)]
    the_same = [login(both[n % 2], "murid0", PASSWORD) for n in range(DEVICES)]
    answers = await asyncio.gather(*one_each, *the_same)
    return Counter(answer.status_code for answer in answers)


async def guess(both: list[httpx.AsyncClient], answers: Counter[int]) -> None:
    """Try a made-up name after another, without waiting for answers; first as many at once as the address may."""
    async with asyncio.TaskGroup() as group:
        number = 0
        while True:
            for _ in range(1 if number else LOGIN_BY_ADDRESS.burst * 2):
                number += 1
                group.create_task(_guess(both[number % 2], f"nobody{number}", answers))
            await asyncio.sleep(PAUSE_SECONDS)


async def _guess(client: httpx.AsyncClient, username: str, answers: Counter[int]) -> None:
    answers[(await login(client, username, "guessed")).status_code] += 1


async def login(client: httpx.AsyncClient, username: str, password: str, address: str = SCHOOL) -> httpx.Response:
    return await client.post(
        "/auth/login", json={"username": username, "password": password}, headers={"X-Forwarded-For": address}
    )


@asynccontextmanager
async def clients(workers: TwoWorkers) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A client of each worker, with a connection for each request, as different devices have."""
    once = httpx.Limits(max_keepalive_connections=0)
    one, two = (
        httpx.AsyncClient(base_url=service.api, timeout=IN_SECONDS, limits=once, verify=NO_TLS)
        for service in workers.services
    )
    async with one, two:
        yield [one, two]
