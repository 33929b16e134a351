"""Attacks on passwords: guessing one account's, guessing from one address, and locking the owner out by guessing."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from scout_os.auth.throttle import LOGIN_BY_ACCOUNT, LOGIN_BY_ADDRESS
from scout_os.auth.throttle import PASSWORD as PASSWORD_TRIES
from scout_os.core.limits.rules import Rule
from tests.security.conftest import Trouble, TwoWorkers, flush, hang, nothing, stop

GUESSES = 1000
AT_ONCE = 20
PASSWORD = "siap selalu kak"


@pytest.mark.parametrize(("trouble", "factor"), [(nothing, 1), (stop, 2), (hang, 2), (flush, 2)])
async def test_one_account_guessed_from_many_addresses(behind_proxy: TwoWorkers, trouble: Trouble, factor: int) -> None:
    """Of a thousand guesses at one account ten are let through, or ten by each worker while Redis fails; the rest is 429."""
    async with Attackers(behind_proxy) as attack:
        await attack.register()
        answers = await attack.guess(trouble, lambda n: ("budi", f"10.1.{n // 250}.{n % 250}"))
    assert set(answers) == {401, 429}
    assert answers[401] <= (LOGIN_BY_ACCOUNT.burst + attack.refilled(LOGIN_BY_ACCOUNT)) * factor


@pytest.mark.parametrize(("trouble", "factor"), [(nothing, 1), (stop, 2), (flush, 2)])
async def test_many_accounts_guessed_from_one_address(behind_proxy: TwoWorkers, trouble: Trouble, factor: int) -> None:
    """Of a thousand guesses from one address, each at another account, thirty are let through, or thirty by each worker."""
    async with Attackers(behind_proxy) as attack:
        answers = await attack.guess(trouble, lambda n: (f"learner{n}", "10.1.1.1"))
    assert set(answers) == {401, 429}
    assert answers[401] <= (LOGIN_BY_ADDRESS.burst + attack.refilled(LOGIN_BY_ADDRESS)) * factor


async def test_an_account_under_attack_stays_open_to_its_owner(behind_proxy: TwoWorkers) -> None:
    """Who logged in from an address before still gets in from there while strangers use up the account's tries."""
    async with Attackers(behind_proxy) as attack:
        await attack.register()
        one, two = attack.clients
        assert (await login(one, "budi", PASSWORD, "10.9.9.9")).status_code == 200
        await attack.guess(nothing, lambda n: ("budi", f"10.1.{n // 250}.{n % 250}"), guesses=60)
        assert (await login(two, "budi", PASSWORD, "10.1.1.1")).status_code == 429
        assert (await login(two, "budi", PASSWORD, "10.9.9.9")).status_code == 200


async def test_right_passwords_are_not_counted(behind_proxy: TwoWorkers) -> None:
    """A class that logs in from one address, and a learner who does so again and again, are never over the limit."""
    async with Attackers(behind_proxy) as attack:
        await attack.register()
        answers = Counter(
            [(await login(attack.clients[n % 2], "budi", PASSWORD, "10.1.1.1")).status_code for n in range(40)]
        )
    assert answers == {200: 40}


async def test_the_old_password_guessed_with_a_stolen_token(pair: TwoWorkers) -> None:
    """Whoever holds a token has no more tries at the old password than a stranger at the login."""
    async with Attackers(pair) as attack:
        token = await attack.register()
        body = {"old_password": "guessed", "new_password": "another password"}
        headers = {"Authorization": f"Bearer {token}"}
        answers = Counter(
            [
                (await attack.clients[n % 2].post("/auth/password", json=body, headers=headers)).status_code
                for n in range(40)
            ]
        )
    assert set(answers) == {403, 429}
    assert answers[403] <= PASSWORD_TRIES.burst + attack.refilled(PASSWORD_TRIES)


FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP")


async def test_an_address_made_up_for_each_request(pair: TwoWorkers) -> None:
    """Without a trusted proxy nobody gets more tries by naming other addresses."""
    async with Attackers(pair) as attack:
        answers: Counter[int] = Counter()
        for n in range(60):
            body = {"username": f"learner{n}", "password": "guessed"}
            guess = await attack.clients[n % 2].post(
                "/auth/login", json=body, headers=dict.fromkeys(FORWARDED, f"10.1.1.{n}")
            )
            answers[guess.status_code] += 1
            assert guess.status_code == 401 or int(guess.headers["Retry-After"]) >= 1
    assert answers[401] <= LOGIN_BY_ADDRESS.burst + attack.refilled(LOGIN_BY_ADDRESS)
    assert answers[429] > 0


class Attackers:
    """Clients of both workers that come from whatever addresses they like."""

    def __init__(self, workers: TwoWorkers) -> None:
        self._workers = workers
        self._stack = AsyncExitStack()
        self.clients: list[httpx.AsyncClient] = []
        self._began = time.monotonic()

    async def __aenter__(self) -> Attackers:
        self.clients = [await self._stack.enter_async_context(each.client()) for each in self._workers.services]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def refilled(self, rule: Rule) -> float:
        """What may have come back since the attack began, one for the fraction, and two for late answers of Redis."""
        return (time.monotonic() - self._began) / rule.interval + 3

    async def register(self) -> str:
        """The victim; the token."""
        body = {"name": "Budi", "username": "budi", "password": PASSWORD}
        token: str = (await self.clients[0].post("/auth/register", json=body)).json()["data"]["access_token"]
        return token

    async def guess(
        self, trouble: Trouble, who: Callable[[int], tuple[str, str]], *, guesses: int = GUESSES
    ) -> Counter[int]:
        """Guess by turns at both workers, with the trouble after a tenth of all; how often which status came."""
        answers: Counter[int] = Counter()
        for start in range(0, guesses, AT_ONCE):
            if start == guesses // 10:
                await trouble(self._workers)
            turn = range(start, start + AT_ONCE)
            answers.update(
                answer.status_code
                for answer in await asyncio.gather(
                    *(login(self.clients[n % 2], who(n)[0], "guessed", who(n)[1]) for n in turn)
                )
            )
        return answers


async def login(client: httpx.AsyncClient, username: str, password: str, address: str) -> httpx.Response:
    return await client.post(
        "/auth/login", json={"username": username, "password": password}, headers={"X-Forwarded-For": address}
    )
