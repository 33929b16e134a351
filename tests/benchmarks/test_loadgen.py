"""The load generator against the real service, and against a server that misbehaves."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import jwt
import pytest

from benchmarks.http_client import Lost, connect, request_bytes
from benchmarks.loadgen import READY_CONNECTIONS, Generator, signed_anew
from benchmarks.plans import LOST, SUBMIT, UNANSWERED, UNPAID, Plan, Result
from chaos.target.environment import SECRET
from tests.service import Service, Truth, add_learners, attempt, token

LEARNERS = 200
SECONDS = 1.0

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _plan(service: Service, truth: Truth, tmp_path: Path) -> Plan:
    ids = await add_learners(truth, LEARNERS)
    file = tmp_path / "tokens"
    file.write_text("\n".join(token(number) for number in ids))
    return Plan(service.url, ["/api/v1/leaderboard/me"], str(file), SECONDS, connections=8)


async def test_every_paid_attempt_is_in_the_ledger(service: Service, truth: Truth, tmp_path: Path) -> None:
    """A closed loop of attempts: what the generator counts as paid is what the ledger holds, and a repetition is not paid."""
    levels = [row["id"] for row in await truth.fetch("SELECT id FROM levels WHERE level_number = 1 ORDER BY id")]
    bodies = [_json(level) for level in levels]
    plan = replace(await _plan(service, truth, tmp_path), paths=[SUBMIT], bodies=bodies)
    result = await Generator(plan).run()
    assert result.good > 0
    assert result.bad == {}
    assert result.good == await truth.fetchval("SELECT count(*) FROM xp_ledger") == result.asked
    again = await Generator(replace(plan, seconds=0.2)).run()
    assert again.count(UNPAID) > 0


async def test_learners_go_on_where_their_history_ends(service: Service, truth: Truth, tmp_path: Path) -> None:
    """Among reads, each award is the level after those that its learner has done, with a token that is new and valid."""
    levels = [row["id"] for row in await truth.fetch("SELECT id FROM levels WHERE level_number = 1 ORDER BY id")]
    ids = await add_learners(truth, LEARNERS)
    file = tmp_path / "tokens"
    file.write_text("\n".join(f"{token(number)} 2" for number in ids))
    mix = ["/api/v1/leaderboard/me", SUBMIT, "/api/v1/training/progress/state"]
    plan = Plan(service.url, mix, str(file), 0.5, bodies=[_json(level) for level in levels], key=SECRET, connections=4)
    result = await Generator(plan).run()
    assert result.good == result.asked > result.awards > 0
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == result.awards
    rounds = -(-result.awards // LEARNERS)
    paid = {row["source"] for row in await truth.fetch("SELECT DISTINCT source FROM xp_ledger")}
    assert paid == {f"level:{level}" for level in levels[2 : 2 + rounds]}


def test_a_token_that_is_signed_anew_differs_in_its_id_only() -> None:
    """Header and claims are those of the service's own token, so that it takes the same way through the service."""
    first = token(7)
    second = signed_anew(first, SECRET.encode())
    one, other = (jwt.decode(each, options={"verify_signature": False}) for each in (first, second))
    assert one.pop("jti") != other.pop("jti")
    assert one == other
    assert first.split(".")[0] == second.split(".")[0]


async def test_an_open_loop_keeps_its_rate(service: Service, truth: Truth, tmp_path: Path) -> None:
    """Requests fall due at the asked rate whatever the answers do, all are answered, and the result survives its line."""
    plan = replace(await _plan(service, truth, tmp_path), rate=60, seconds=2 * SECONDS)
    result = await Generator(plan).run()
    assert 70 < result.asked < 180
    assert result.good == result.asked
    assert 0 < result.quantile(0.5) <= result.quantile(0.99)
    assert Result.from_line(result.to_line()).quantile(0.5) == result.quantile(0.5)


async def test_waiting_for_a_busy_server_counts_as_latency(tmp_path: Path) -> None:
    """One connection to a server that takes its time: those that fell due meanwhile waited, and that is in their latency."""
    result = await _against(answering(0.1, []), tmp_path, rate=40, connections=1)
    assert result.quantile(0.5) > 0.3
    assert result.in_time <= 5 < result.good


@pytest.mark.parametrize(
    ("connections", "delay"), [(2, 0.0), (READY_CONNECTIONS + 4, 0.3)], ids=["open before", "opened later"]
)
async def test_a_generator_that_is_behind_keeps_to_its_connections(
    tmp_path: Path, connections: int, delay: float
) -> None:
    """Held up again and again, so that many requests fall due at once, it still has as many connections as it may."""
    opened: list[object] = []

    async def hold_up() -> None:
        while True:
            time.sleep(0.03)  # noqa: ASYNC251 - the event loop itself stands still, as on a busy machine
            await asyncio.sleep(0.01)

    holding_up = asyncio.create_task(hold_up())
    result = await _against(answering(delay, opened), tmp_path, rate=400, connections=connections)
    holding_up.cancel()
    assert result.good == result.asked
    assert len(opened) == connections


async def test_what_is_never_answered_is_told(tmp_path: Path) -> None:
    """Requests that a server swallows count as unanswered, and those it hangs up on as lost."""

    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    swallowed = await _against(silent, tmp_path, rate=20, connections=4)
    assert swallowed.asked == swallowed.count(UNANSWERED) > 0
    hung_up = await _against(rude, tmp_path, rate=20, connections=4)
    assert hung_up.asked == hung_up.count(LOST) > 0


async def test_an_answer_in_pieces_is_put_together() -> None:
    """Byte by byte or two answers in a row: each request gets its own whole answer; after the end it is `Lost`."""

    async def dribble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for body in (b"one", b"another"):
            await reader.readuntil(b"\r\n\r\n")
            for byte in b"HTTP/1.1 201 Made\r\ncontent-length: %d\r\nX: y\r\n\r\n%b" % (len(body), body):
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    server = await asyncio.start_server(dribble, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()[:2]
        connection = await connect(host, port)
        answers = [await connection.request(request_bytes("GET", "/", host, "token")) for _ in range(2)]
        assert [(answer.status, answer.body) for answer in answers] == [(201, b"one"), (201, b"another")]
        with pytest.raises(Lost):
            await connection.request(request_bytes("GET", "/", host, "token"))


def answering(delay: float, opened: list[object]) -> Handler:
    """A server that answers each request after a while, and notes each connection."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        while await reader.readuntil(b"\r\n\r\n"):
            await asyncio.sleep(delay)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    return answer


async def _against(handler: Handler, tmp_path: Path, *, rate: float, connections: int) -> Result:
    (tmp_path / "token").write_text("token")
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        plan = Plan(url, ["/"], str(tmp_path / "token"), 0.5, connections=connections, rate=rate, patience=3.0)
        return await Generator(plan).run()


def _json(level_id: str) -> str:
    return json.dumps(attempt(level_id, 5))
