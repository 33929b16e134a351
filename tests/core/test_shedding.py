"""Load shedding: bursts and slow stores are borne, lasting overload is refused at once, and calm ends it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.types import Receive, Scope, Send

from scout_os.core.shedding import CALM_SECONDS, IN_WORK, LATE_SECONDS, LATE_TICKS, Load, Shedding


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def overloaded(clock: Clock) -> Load:
    """As many as may be in work, and a loop that has been late for long enough."""
    load = Load(clock)
    assert all(load.enter() for _ in range(IN_WORK))
    for _ in range(LATE_TICKS):
        load.tick(LATE_SECONDS * 2)
    return load


def test_a_crowd_that_only_waits_and_a_burst_are_let_in() -> None:
    """A thousand at once while the loop is on time, or late for a moment only: nobody is refused."""
    load = Load(Clock())
    for _ in range(LATE_TICKS - 1):
        load.tick(1.0)
    assert all(load.enter() for _ in range(500))
    load.tick(0.0)
    load.tick(1.0)
    assert all(load.enter() for _ in range(500))


def test_under_lasting_overload_as_many_come_in_as_go_out() -> None:
    """Late for long: one more is refused; one leaves, one may come."""
    load = overloaded(Clock())
    assert not load.enter()
    load.leave()
    assert load.enter()
    assert not load.enter()


def test_it_ends_when_for_a_second_nobody_had_to_be_refused() -> None:
    """While some are refused it goes on, though the loop is on time again; a second without, and all may come."""
    clock = Clock()
    load = overloaded(clock)
    for _ in range(10):
        clock.now += CALM_SECONDS / 2
        load.tick(0.0)
        assert not load.enter()
    clock.now += CALM_SECONDS
    assert all(load.enter() for _ in range(200))


async def test_a_refusal_is_a_503_in_the_one_shape_and_other_paths_are_not_counted() -> None:
    """Refused under the prefix with Retry-After; what lies elsewhere, or lasts, is served."""
    served = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        served.append(scope["path"])

    shedding = Shedding(app, load=overloaded(Clock()), prefix="/api", lasting=frozenset({"/api/stream"}))
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(0)

    for path in ("/api/me", "/readyz", "/api/stream"):
        await shedding({"type": "http", "path": path}, receive, send)
    assert served == ["/readyz", "/api/stream"]
    start, body = sent
    assert (start["status"], dict(start["headers"])[b"retry-after"]) == (503, b"1")
    assert json.loads(body["body"])["code"] == "overloaded"
