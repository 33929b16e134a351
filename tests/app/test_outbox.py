"""Attempts on their way to the service, without a screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from scout_app.service.api import Api
from scout_app.service.api import Service as Connections
from scout_app.service.backoff import MOST_ASKED_SECONDS, MOST_SECONDS, pause
from scout_app.service.errors import Refused, Unreachable
from scout_app.service.live import Event, events
from scout_app.service.models import Result
from scout_app.service.outbox import Attempt, Outbox
from tests.app.learner import LESSONS
from tests.app.network import Network
from tests.service import Service, Truth, add_learners, token, until

LEVEL = "jejak_u1_l1"
ANSWERED_SECONDS = 20
PAGE = "<html><title>Wi-Fi</title></html>"
STRANGERS = ("302 Found", "200 OK", "401 Unauthorized", "403 Forbidden", "404 Not Found", "413 Content Too Large")
"""What guest networks, proxies and firewalls answer in the service's place."""


class Memory:
    """A device that forgets nothing while the test runs."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    async def get(self, key: str) -> Any:
        return self.kept.get(key)

    async def put(self, key: str, value: object) -> None:
        self.kept[key] = value

    async def remove(self, key: str) -> None:
        self.kept.pop(key, None)

    async def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.kept if key.startswith(prefix))


@pytest.fixture
async def connections(network: Network) -> AsyncIterator[Connections]:
    opened = Connections(network.url)
    yield opened
    await opened.close()


@pytest.fixture
async def learner(owner: Truth, lessons: Service) -> int:
    return (await add_learners(owner, 1))[0]


async def test_two_windows_send_one_attempt_and_it_counts_once(
    connections: Connections, network: Network, learner: int, owner: Truth
) -> None:
    """An attempt that both windows of a device found unsent is carried out once; each is told the same."""
    device = Memory()
    network.shut()
    windows = [outbox(device, connections, learner) for _ in range(2)]
    attempt = attempt_at(LEVEL)
    await windows[0].add(attempt)
    await windows[1].load()

    async def all_failed_once() -> bool:
        return all(window.tries for window in windows)

    async with sending(*windows):
        answers = [asyncio.create_task(xp_earned(window, attempt)) for window in windows]
        await until(all_failed_once, seconds=ANSWERED_SECONDS)
        network.toxics.clear()
        assert await asyncio.gather(*answers) == [25, 25]
    assert await owner.fetchval("SELECT sum(attempts) FROM user_progress") == 1
    assert device.kept == {}


async def test_what_a_dead_token_could_not_send_waits_for_the_next_one(connections: Connections, learner: int) -> None:
    """A 401 ends the sending and loses nothing: with a good token the attempt is sent."""
    device = Memory()
    attempt = attempt_at(LEVEL)
    expired = outbox(device, connections, learner, bearer="nonsense")
    await expired.add(attempt)
    run = asyncio.create_task(expired.run())
    with pytest.raises(Refused):
        await xp_earned(expired, attempt)
    await run
    assert len(device.kept) == 1
    again = outbox(device, connections, learner)
    await again.load()
    async with sending(again):
        assert await xp_earned(again, attempt) == 25
    assert device.kept == {}


async def test_a_refused_attempt_is_told_of_and_holds_up_nothing(connections: Connections, learner: int) -> None:
    """An attempt at a locked level is refused, with its reason; the one behind it is sent, and without the id of an attempt
    that the service no longer knows: the answers count by themselves.
    """
    device, reasons = Memory(), list[str]()
    box = outbox(device, connections, learner)
    box.on_refused = lambda _attempt, refused: reasons.append(refused.code)
    locked, late = attempt_at("jejak_u1_l3"), attempt_at(LEVEL)
    late = replace(late, body={**late.body, "attempt_id": "of-yesterday"})
    await box.add(locked)
    await box.add(late)
    async with sending(box):
        assert await xp_earned(box, late) == 25
    assert (reasons, device.kept) == (["level_locked"], {})


async def test_what_others_answer_in_the_services_place_is_no_refusal(
    connections: Connections, network: Network, learner: int
) -> None:
    """A page of a guest network or a proxy, whatever its status, counts as no answer: the attempt is sent again, and paid."""
    api, attempt = signed_in(connections, token(learner)), attempt_at(LEVEL)
    for status in STRANGERS:
        head = f"HTTP/1.1 {status}\r\nLocation: /\r\nConnection: close\r\nContent-Length: {len(PAGE)}\r\n\r\n"
        network.instead = (head + PAGE).encode()
        with pytest.raises(Unreachable) as caught:
            await api.submit(attempt.body, attempt.key)
        assert caught.value.reason == status[:3], "it was this answer, and no lost connection"
    network.instead = None
    assert (await api.submit(attempt.body, attempt.key)).xp_earned == 25


def test_pauses_grow_to_a_bound_and_never_fall_below_what_was_asked() -> None:
    """Each try waits longer than the one before by and large, 30 s at most; `Retry-After` is kept to, within reason."""
    waits = [max(pause(tries) for _ in range(50)) for tries in range(1, 12)]
    assert waits == sorted(waits[:6]) + waits[6:]
    assert max(pause(100) for _ in range(50)) <= MOST_SECONDS
    assert pause(1, asked=7.0) >= 7
    assert pause(1, asked=86400.0) <= MOST_ASKED_SECONDS


async def test_events_are_read_as_the_standard_says() -> None:
    """Comments give nothing, several data lines are one text, an id holds until the next, an event without data is none."""

    async def lines() -> AsyncIterator[str]:
        for line in (": hello", "event: board", "id: 7", "data: {", "data: }", "", ":", "event: end", "", "data:x", ""):
            yield line

    found = [event async for event in events(lines())]
    assert found == [Event("board", "7", "{\n}"), Event("message", "7", "x")]


@asynccontextmanager
async def sending(*boxes: Outbox) -> AsyncIterator[None]:
    """All of them send during the block."""
    tasks = [asyncio.create_task(box.run()) for box in boxes]
    yield
    for task in tasks:
        task.cancel()


async def xp_earned(box: Outbox, attempt: Attempt) -> int:
    """What the attempt paid, once it is answered."""
    result: Result = await asyncio.wait_for(box.answer(attempt), ANSWERED_SECONDS)
    return result.xp_earned


def outbox(device: Memory, connections: Connections, learner: int, bearer: str | None = None) -> Outbox:
    api = signed_in(connections, bearer or token(learner))
    return Outbox(store=device, sender=api, prefix=f"unsent.{learner}.", changed=lambda: None)


def signed_in(connections: Connections, bearer: str) -> Api:
    api = Api(connections)
    api.token = bearer
    return api


def attempt_at(level_id: str) -> Attempt:
    answers = {question["id"]: question["payload"]["correct_answer"] for question in LESSONS[level_id].questions}
    return Attempt(level_id, level_id, LESSONS[level_id].min_correct, {"level_id": level_id, "answers": answers}, [])
