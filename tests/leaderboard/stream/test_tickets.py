"""Tickets open the stream in a learner's name, for a minute, and nothing else."""

from __future__ import annotations

import asyncio
import json
from uuid import UUID

import httpx
import pytest

from scout_os.core.access_tokens import Verified
from scout_os.core.identity import ACCESS_SECONDS
from scout_os.core.problems import Unauthenticated
from scout_os.core.seals import Seals
from scout_os.leaderboard.stream.tickets import LIFETIME, PURPOSE, TicketOver, Tickets
from tests.clock import MovableClock
from tests.leaderboard.stream.watching import Event, earn, watching
from tests.service import Service, Truth, add_learners, token

KEY = b"a key of these tests, long enough for HS256"
HOLDER = Verified(7, 0.0, float(2**40), float(2**40), 3, b"\x00\xff" * 8, UUID(int=7))
OVER = {
    "reason": "ticket_over",
    "detail": "Tiket habis: mintalah yang baru (ask for a new ticket): POST /api/v1/leaderboard/stream/ticket",
}


def tickets(clock: MovableClock | None = None, *, key: bytes = KEY, problem: type[Exception] | None = None) -> Tickets:
    async def confirm(_: Verified) -> None:
        if problem is not None:
            raise problem

    clock = clock or MovableClock()
    return Tickets(Seals(PURPOSE, key=key, clock=clock), clock, confirm)


async def test_a_ticket_names_its_session_for_a_minute() -> None:
    """It may be shown again within its minute, as a lost connection makes browsers do, and never after it."""
    clock = MovableClock()
    ours = tickets(clock)
    ticket = ours.issue(HOLDER)
    assert await ours.redeem(ticket) == HOLDER
    clock.move(seconds=LIFETIME.total_seconds() - 1)
    assert await ours.redeem(ticket) == HOLDER
    clock.move(seconds=1)
    with pytest.raises(TicketOver):
        await ours.redeem(ticket)


async def test_a_ticket_ends_with_its_session() -> None:
    """Logged out, or its token expired: the ticket is over, too."""
    with pytest.raises(TicketOver):
        await tickets(problem=Unauthenticated).redeem(tickets().issue(HOLDER))
    clock = MovableClock()
    short = Verified(7, 0.0, clock.now().timestamp() + 5, clock.now().timestamp() + 5, 3, b"")
    ticket = tickets(clock).issue(short)
    clock.move(seconds=5)
    with pytest.raises(TicketOver):
        await tickets(clock).redeem(ticket)


async def test_nobody_else_can_make_a_ticket() -> None:
    """Of another key, changed anywhere, cut short, of another form, or a token: over."""
    ticket = tickets().issue(HOLDER)
    forged = [ticket[:at] + ("A" if ticket[at] != "A" else "B") + ticket[at + 1 :] for at in range(len(ticket) - 1)]
    other = tickets(key=b"another key").issue(HOLDER)
    for bad in (*forged, other, ticket[:-4], ticket[4:], "", "x", "é", "=" * 8, token(1), ticket + "AAAA"):
        with pytest.raises(TicketOver):
            await tickets().redeem(bad)


async def test_a_ticket_opens_the_stream_in_ones_own_name(service: Service, truth: Truth) -> None:
    """Without a token, the stream of a ticket has one's own rank, and counts against one's own limit."""
    one, other = await add_learners(truth, 2)
    await earn(service, one)
    async with service.client(one) as client, service.client() as browser, service.client(other) as somebody:
        browser.params = {"ticket": await ticket_of(client)}
        async with watching(browser) as stream:
            assert (await stream.next()).mine == (1, 10)
            assert await open_streams(service) == [one]
        browser.params = {"ticket": await ticket_of(somebody)}
        async with watching(browser) as stream:
            assert (await stream.next()).mine == (0, 0)


async def test_who_comes_back_with_an_old_ticket_is_told_what_to_do(service: Service, truth: Truth) -> None:
    """An event, which an event source can read: ask for a new ticket. It ends the stream, and slows blind retries down."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client, service.client() as browser:
        ticket = await ticket_of(client)
        for bad in ("none", token(learner), ticket[:-8]):
            assert await only_event(browser, bad) == Event("end", OVER)
        await client.post("/auth/logout-everywhere")
        await asyncio.sleep(ACCESS_SECONDS)
        assert await only_event(browser, ticket) == Event("end", OVER)


async def test_a_ticket_is_good_for_nothing_else(service: Service, truth: Truth) -> None:
    """Shown as a token it is none, at any kind of route; as a parameter elsewhere it changes nothing."""
    [learner] = await add_learners(truth, 1)
    async with service.client(learner) as client, service.client() as browser:
        ticket = await ticket_of(client)
        as_token = {"Authorization": f"Bearer {ticket}"}
        for path in ("/users/me", "/leaderboard/me", "/training/progress/state"):
            assert (await browser.get(path, headers=as_token)).status_code == 401
            assert (await browser.get(path, params={"ticket": ticket})).status_code == 401
        assert (await browser.post("/leaderboard/stream/ticket", headers=as_token)).status_code == 401
        board = await browser.get("/leaderboard", headers=as_token, params={"ticket": ticket})
        assert board.json()["data"]["my_rank"] is None


async def ticket_of(client: httpx.AsyncClient) -> str:
    answer = await client.post("/leaderboard/stream/ticket")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    data = answer.json()["data"]
    assert data["expires_in"] == LIFETIME.total_seconds()
    assert data["ticket"].count(".") < 2, "a token in an address"
    ticket: str = data["ticket"]
    return ticket


async def only_event(client: httpx.AsyncClient, ticket: str) -> Event:
    """What an event source gets that shows `ticket`."""
    answer = await client.get("/leaderboard/stream", params={"ticket": ticket})
    assert answer.headers["content-type"].startswith("text/event-stream")
    [retry, name, data] = answer.text.strip().split("\n")
    assert int(retry.removeprefix("retry: ")) >= 30_000
    return Event(name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))


async def open_streams(service: Service) -> list[int | None]:
    return [viewer.user_id for viewer in service.services.streams.viewers]
