"""The load generator, a process of its own: reads plans from standard input, one a line, and answers each with a result."""

from __future__ import annotations

import asyncio
import gc
import hmac
import random
import resource
import secrets
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from benchmarks.http_client import Answer, Connection, Lost, connect, request_bytes
from benchmarks.latency import Latencies
from benchmarks.plans import LOST, PAID, REFUSED, SUBMIT, UNANSWERED, UNPAID, Plan, Result

_UNPAID = b'"xp_earned":0,'
_TOKEN_ID = b'"jti":"'
READY_CONNECTIONS = 64


class Generator:
    """Carries out one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        address = urlsplit(plan.url)
        assert address.hostname is not None
        assert address.port is not None
        self._host, self._port = address.hostname, address.port
        self._learners = _read_learners(plan.tokens)
        self._latencies: dict[str, Latencies] = {}
        self._lag = Latencies()
        self._asked = 0
        self._awards = 0
        self._ends = 0.0
        self._in_time = 0
        self._open = 0
        self._free: list[Connection] = []
        self._due: deque[tuple[float, bytes]] = deque()
        """What fell due while every connection was busy."""

    async def run(self) -> Result:
        used_before = _used_cpu()
        ready = self._plan.connections if self._plan.rate is None else min(READY_CONNECTIONS, self._plan.connections)
        self._free = [await connect(self._host, self._port) for _ in range(ready)]
        self._open = ready
        began = time.perf_counter()
        self._ends = began + self._plan.seconds
        if self._plan.rate is None:
            await asyncio.gather(*(self._ask_on(connection) for connection in self._free))
        else:
            await self._ask_as_due(began, self._plan.rate)
        for connection in self._free:
            connection.close()
        return Result(
            asked=self._asked,
            awards=self._awards,
            seconds=self._plan.seconds,
            in_time=self._in_time,
            latencies=self._latencies,
            lag=self._lag.quantile(0.99) if self._lag.buckets else 0.0,
            cpu=_used_cpu() - used_before,
        )

    async def _ask_on(self, connection: Connection) -> None:
        """Closed loop: the next as soon as the one before is answered."""
        while (now := time.perf_counter()) < self._ends:
            if not connection.is_open:
                connection = await connect(self._host, self._port)
            await self._ask(connection, self._next(), now)
        connection.close()

    async def _ask_as_due(self, began: float, rate: float) -> None:
        """Open loop: Poisson arrivals."""
        draw = random.Random(self._plan.seed)
        tasks: set[asyncio.Task[None]] = set()
        due = began + draw.expovariate(rate)
        while due < self._ends:
            now = time.perf_counter()
            if now < due:
                await asyncio.sleep(due - now)
            request = self._next()
            if self._free or self._open < self._plan.connections:
                # Taken here and not by the task: before that has its turn, more may fall due.
                self._open += not self._free
                connection = self._free.pop() if self._free else None
                task = asyncio.create_task(self._serve_due(due, request, connection))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            else:
                self._due.append((due, request))
            due += draw.expovariate(rate)
            if now >= due:
                await asyncio.sleep(0)  # behind: the answers need a turn as well
        if tasks:
            _, left = await asyncio.wait(tasks, timeout=self._plan.patience)
            for task in left:
                task.cancel()
        answered = sum(kept.buckets.total() for kept in self._latencies.values())
        for _ in range(self._asked - answered):
            self._note(UNANSWERED, self._plan.patience)

    async def _serve_due(self, due: float, request: bytes, connection: Connection | None) -> None:
        """Send on the free connection or a new one, then whatever fell due meanwhile."""
        if connection is not None:
            self._lag.add(time.perf_counter() - due)
        try:
            while True:
                if connection is None or not connection.is_open:
                    connection = await connect(self._host, self._port)
                await self._ask(connection, request, due)
                if not self._due:
                    self._free.append(connection)
                    return
                due, request = self._due.popleft()
        except OSError:
            self._open -= 1
            self._note(LOST, time.perf_counter() - due)

    async def _ask(self, connection: Connection, request: bytes, since: float) -> None:
        sent = time.perf_counter()
        try:
            answer = await connection.request(request)
        except Lost:
            outcome = LOST
        else:
            outcome = self._outcome(answer)
        now = time.perf_counter()
        self._in_time += outcome == PAID and now <= self._ends
        # What a generator that is behind adds to a refusal says nothing of the service.
        self._note(outcome, now - (sent if outcome == REFUSED else since))

    def _outcome(self, answer: Answer) -> str:
        if answer.status == 200 and self._plan.has_awards and _UNPAID in answer.body:
            return UNPAID
        return str(answer.status)

    def _note(self, outcome: str, seconds: float) -> None:
        kept = self._latencies.get(outcome)
        if kept is None:
            kept = self._latencies[outcome] = Latencies()
        kept.add(seconds)

    def _next(self) -> bytes:
        plan, learners = self._plan, self._learners
        number = plan.first + self._asked
        path = plan.paths[number % len(plan.paths)]
        self._asked += 1
        if path != SUBMIT:
            return request_bytes("GET", path, self._host, self._shown(learners[number % len(learners)][0]))
        turn, who = divmod(plan.first_award + self._awards, len(learners))
        self._awards += 1
        token, done = learners[who]
        headers = {"Idempotency-Key": secrets.token_hex(16)} if plan.idempotent else None
        return request_bytes("POST", path, self._host, self._shown(token), plan.bodies[done + turn].encode(), headers)

    def _shown(self, token: str) -> str:
        return token if self._plan.key is None else signed_anew(token, self._plan.key.encode())


def signed_anew(token: str, key: bytes) -> str:
    """The same token with another id: as valid, and not known to anybody yet."""
    head, said, _ = token.encode().split(b".")
    claims = urlsafe_b64decode(said + b"=" * (-len(said) % 4))
    start = claims.index(_TOKEN_ID) + len(_TOKEN_ID)
    new = secrets.token_urlsafe(12).encode()
    said = urlsafe_b64encode(claims[:start] + new + claims[start + len(new) :]).rstrip(b"=")
    signed = head + b"." + said
    return (signed + b"." + urlsafe_b64encode(hmac.digest(key, signed, "sha256")).rstrip(b"=")).decode()


def _used_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@cache
def _read_learners(path: str) -> list[tuple[str, int]]:
    """Each learner's token, and how many levels are done."""
    lines = [line.split() for line in Path(path).read_text().splitlines()]
    return [(token, int(*done)) for token, *done in lines]


def main() -> None:
    gc.disable()  # a pause of ours would be counted as theirs
    for line in sys.stdin:
        print(uvloop.run(Generator(Plan.from_line(line)).run()).to_line(), end="", flush=True)
        gc.collect()


if __name__ == "__main__":
    main()
