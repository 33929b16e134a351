"""Attacks by sheer number, and learners who must not suffer from what stops them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from scout_os.core.limits.limits import TooManyRequests
from scout_os.core.limits.rules import DAY, HOUR, READ, WRITE, Rule
from scout_os.core.store_urls import StoreUrls
from scout_os.routing import FastRoute
from scout_os.training.router import SUBMIT, hot
from tests.logs import captured
from tests.security.conftest import TwoWorkers, flush, hang, nothing, stop
from tests.service import Service, Truth, add_learners, attempt, serve

AT_ONCE = 50
WRITES_AT_ONCE = 8
"""More at once would keep this process, which runs both workers, from reading the answers of Redis in time."""
TRIES = 10


@pytest.mark.parametrize(("trouble", "factor"), [(nothing, 1), (stop, 2), (flush, 2)])
async def test_more_writes_than_one_learner_may(
    pair: TwoWorkers,
    truth: Truth,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[TwoWorkers], Awaitable[None]],
    factor: int,
) -> None:
    """Writes over the limit are 429 with `Retry-After`, at two workers as at one, and by each worker where Redis fails."""
    few = Rule(WRITE.name, 100, DAY)  # so long that nothing comes back during the test
    monkeypatch.setattr("scout_os.routing.WRITE", few)
    late = 0.1 * few.burst  # single answers of Redis that came too late to count
    for learner in await add_learners(truth, TRIES):
        with captured("scout_os.wiring") as events:
            answers, refused = await _write_too_much(pair, learner, trouble, few.burst * (factor + 1))
        assert set(answers) == {200, 429}
        assert few.burst <= answers[200] <= few.burst * 2
        assert refused.headers["Retry-After"].isdigit()
        assert refused.json()["code"] == "too_many_requests"
        if factor == 2 or not any((event.get("part"), event.get("state")) == ("limits", "open") for event in events):
            assert answers[200] <= few.burst * factor + late
            return
    pytest.fail(f"the workers gave Redis up, and counted by themselves, in each of {TRIES} tries")


async def _write_too_much(
    pair: TwoWorkers, learner: int, trouble: Callable[[TwoWorkers], Awaitable[None]], writes: int
) -> tuple[Counter[int], httpx.Response]:
    """How a learner's writes to both workers were answered, and one that was refused; the trouble comes on the way."""
    async with clients(pair, learner) as both:
        answers = await many(lambda n: rename(both[n % 2]), writes // 6, at_once=WRITES_AT_ONCE)
        await trouble(pair)
        answers += await many(lambda n: rename(both[n % 2]), writes - writes // 6, at_once=WRITES_AT_ONCE)
        refused = await rename(both[0])
    return answers, refused


async def test_more_reads_than_one_learner_may(service: Service, truth: Truth) -> None:
    """Reads over the limit are refused on the hottest routes and on all others, which share it; others go on."""
    learner, other = await add_learners(truth, 2)
    async with service.client(learner) as greedy, service.client(other) as modest:
        assert await many(lambda _: greedy.get("/leaderboard/me"), 20) == {200: 20}
        with suppress(TooManyRequests):
            while True:
                service.services.limits.admit(READ, f"{learner}.0")
        assert (await many(lambda _: greedy.get("/leaderboard/me"), 20))[429] > 0
        assert (await many(lambda _: greedy.get("/users/me"), 20))[429] > 0
        assert (await modest.get("/leaderboard/me")).status_code == 200


@pytest.mark.parametrize("body", [attempt("puk_u1_l1", 9), attempt("puk_u1_l1", -1), attempt("no_such_l1", 5)])
async def test_a_submission_that_is_refused_costs_one(
    service: Service, truth: Truth, monkeypatch: pytest.MonkeyPatch, body: dict[str, Any]
) -> None:
    """A submission that is judged not valid counts once: as many are judged as the limit has."""
    limit_submissions(monkeypatch, 6)
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client:
        answers = [await client.post("/training/progress/submit", json=body) for _ in range(8)]
    expected = 404 if body["level_id"] == "no_such_l1" else 422
    assert [answer.status_code for answer in answers] == [expected] * 6 + [429] * 2


async def test_a_wrong_method_costs_no_submission(
    service: Service, learner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GET and PUT on the path of submissions count as a read and as a write; the submissions that are left stay."""
    limit_submissions(monkeypatch, 2)
    async with service.client(learner) as client:
        submit = "/training/progress/submit"
        wrong = [await client.request(method, submit) for method in ("GET", "PUT") * 3]
        answers = [await client.post(submit, json=attempt("puk_u1_l1", 5)) for _ in range(3)]
    assert {answer.status_code for answer in wrong} == {405}
    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_the_address_pays_for_what_nobody_signed(
    service: Service, truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a good token every path of the API counts for the address: hot or not, wrong methods, and paths that are none."""
    monkeypatch.setattr("scout_os.routing.OPEN_READ", Rule("open-read", 5, HOUR))
    paths = (
        "/leaderboard",
        "/users/me",
        "/no/such/path",
        "/training/progress/submit",
        "/leaderboard/me",
        "/leaderboard",
    )
    async with service.client() as client:
        answers = [(await client.get(path)).status_code for path in paths]
    assert answers == [200, 401, 404, 405, 401, 429]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/users/me", None),
        ("PATCH", "/users/me/profile", {"full_name": "Budi"}),
        ("POST", "/training/progress/submit", attempt("puk_u1_l1", 5)),
    ],
)
async def test_a_token_of_sessions_that_were_ended(
    service: Service, truth: Truth, monkeypatch: pytest.MonkeyPatch, method: str, path: str, body: object
) -> None:
    """Whoever asks on with a token of before its learner ended all sessions does not keep the learner from anything."""
    for rule in (READ, WRITE):
        monkeypatch.setattr(f"scout_os.routing.{rule.name.upper()}", Rule(rule.name, 20, HOUR))
    limit_submissions(monkeypatch, 20)
    [learner] = await add_learners(truth, 1)
    await truth.execute("UPDATE users SET token_generation = 1 WHERE id = $1", learner)
    issuing = asyncio.run_coroutine_threadsafe(service.services.auth.token_for("learner1"), service.loop)
    issued = await asyncio.wrap_future(issuing)
    owner = {"Authorization": f"Bearer {issued}"}
    async with service.client(learner) as thief, service.client() as client:
        assert set(await many(lambda _: thief.request(method, path, json=body), 60)) == {401, 429}
        assert await many(lambda _: client.request(method, path, json=body, headers=owner), 5) == {200: 5}


async def test_a_hundred_submissions_at_once_are_all_answered(pair: TwoWorkers, truth: Truth) -> None:
    """A learner may submit a hundred times at once, whatever state Redis is in: each is 200, one is paid."""
    [learner] = await add_learners(truth, 1)
    async with clients(pair, learner) as both:
        await hang(pair)
        submit = "/training/progress/submit"
        answers = await many(lambda n: both[n % 2].post(submit, json=attempt("puk_u1_l1", 5)), 100, at_once=100)
        assert answers == {200: 100}
        assert (await rename(both[0])).status_code == 200
    assert await truth.fetchval("SELECT total_xp FROM users WHERE id = $1", learner) == 10


async def test_load_tests_may_switch_limits_off(packed_stores: StoreUrls, truth: Truth, tmp_path: Path) -> None:
    """With `SCOUT_LIMITS=off` nothing is counted: neither writes nor wrong passwords."""
    [learner] = await add_learners(truth, 1)
    with serve(packed_stores, tmp_path, limits="off") as service:
        async with service.client(learner) as client:
            assert await many(lambda _: rename(client), WRITE.burst + 50) == {200: WRITE.burst + 50}
            guess = {"username": "learner1", "password": "guessed"}
            assert await many(lambda _: client.post("/auth/login", json=guess), 20) == {401: 20}


@asynccontextmanager
async def clients(workers: TwoWorkers, learner: int) -> AsyncIterator[list[httpx.AsyncClient]]:
    """The learner's clients of both workers."""
    one, two = workers.services
    async with one.client(learner) as first, two.client(learner) as second:
        yield [first, second]


def limit_submissions(monkeypatch: pytest.MonkeyPatch, burst: int) -> None:
    for route in hot.routes:
        if isinstance(route, FastRoute) and route.limit == SUBMIT:
            monkeypatch.setattr(route, "limit", Rule(SUBMIT.name, burst, HOUR))


async def rename(client: httpx.AsyncClient) -> httpx.Response:
    return await client.patch("/users/me/profile", json={"full_name": "Budi"})


async def many(ask: Callable[[int], Awaitable[httpx.Response]], count: int, *, at_once: int = AT_ONCE) -> Counter[int]:
    """How often which status came."""
    answers: Counter[int] = Counter()
    for start in range(0, count, at_once):
        turn = range(start, min(count, start + at_once))
        answers.update(answer.status_code for answer in await asyncio.gather(*(ask(n) for n in turn)))
    return answers
