"""An attack on the answer keys: somebody who reads every byte before answering does no better than who guesses."""

from __future__ import annotations

import asyncio
import math
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from tests.contract.answers import check_hidden
from tests.contract.packs import Lesson
from tests.learners import SUBMIT, start_attempt
from tests.service import Service, Truth, add_learners, token

ATTEMPTS = 1000
AT_ONCE = 4
SIGMAS = 4.5
"""By chance alone a strategy passes this once in 150,000 runs."""

Shown = dict[str, Any]
Strategy = Callable[[Shown, Shown, int], int]
"""From an attempt, the one started just before it, and a number of choices: the place to take."""


STRATEGIES: dict[str, Strategy] = {
    "the first": lambda _now, _before, _n: 0,
    "the second": lambda _now, _before, n: 1 % n,
    "the last": lambda _now, _before, n: n - 1,
    "by the id's first sign": lambda now, _before, n: ord(now["attempt_id"][0]) % n,
    "by the id's last sign": lambda now, _before, n: ord(now["attempt_id"][-1]) % n,
    "by the id as a whole": lambda now, _before, n: zlib.crc32(now["attempt_id"].encode()) % n,
    "by the time": lambda now, _before, n: zlib.crc32(now["expires_at"].encode()) % n,
    "by the length of all": lambda now, _before, n: len(str(now)) % n,
    "by the change since the last": lambda now, before, n: len(set(str(now)) ^ set(str(before))) % n,
}


@dataclass
class Tally:
    """How a strategy did, and how chance alone would have done."""

    hits: int = 0
    expected: float = 0.0
    variance: float = 0.0

    def count(self, chance: float, *, hit: bool) -> None:
        self.hits += hit
        self.expected += chance
        self.variance += chance * (1 - chance)

    @property
    def sigmas(self) -> float:
        """How far from chance, in standard deviations."""
        return (self.hits - self.expected) / math.sqrt(self.variance)


async def test_reading_every_byte_is_no_better_than_guessing(
    grader: Service, truth: Truth, lessons: list[Lesson]
) -> None:
    """Over a thousand first attempts no strategy on places, ids, times or lengths beats chance, and none is told a key."""
    first = [lesson for lesson in lessons if lesson.level_number == 1]
    tallies: dict[str, Tally] = defaultdict(Tally)
    waiting = list(enumerate(await add_learners(truth, ATTEMPTS)))

    async def attack(client: httpx.AsyncClient) -> None:
        while waiting:
            number, learner = waiting.pop()
            client.headers["Authorization"] = f"Bearer {token(learner)}"
            name = list(STRATEGIES)[number % len(STRATEGIES)]
            await try_once(client, first[number % len(first)], STRATEGIES[name], (tallies[name], tallies["all"]))

    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(grader.client()) for _ in range(AT_ONCE)]
        await asyncio.gather(*(attack(client) for client in clients))
    assert tallies["all"].expected > ATTEMPTS / 2, "enough was guessed for the bound to mean something"
    found = {name: round(tally.sigmas, 1) for name, tally in tallies.items() if abs(tally.sigmas) > SIGMAS}
    assert found == {}, f"standard deviations from chance: {found}"
    assert await truth.fetchval("SELECT count(*) FROM graded_attempts") == ATTEMPTS


async def try_once(client: httpx.AsyncClient, lesson: Lesson, strategy: Strategy, tallies: Sequence[Tally]) -> None:
    """Start, read, answer by the strategy, and count what came of each question that can be guessed."""
    before, now = await start_attempt(client, lesson.id), await start_attempt(client, lesson.id)
    assert set(now) == {"attempt_id", "level_id", "expires_at", "questions"}
    answers, chances = {}, {}
    for shown, written in zip(now["questions"], lesson.questions, strict=True):
        check_hidden(shown, written)
        answers[shown["id"]], chances[shown["id"]] = guess(shown, partial(strategy, now, before))
    body = {"level_id": lesson.id, "answers": answers, "attempt_id": now["attempt_id"]}
    graded = (await client.post(SUBMIT, json=body)).json()
    for result in graded["results"]:
        chance = chances[result["question_id"]]
        for tally in tallies if chance else ():
            tally.count(chance, hit=result["correct"])


def guess(shown: Shown, place: Callable[[int], int]) -> tuple[Any, float]:
    """An answer taken by its place, and the chance that it is right; texts cannot be guessed."""
    payload = shown["payload"]
    match shown["type"]:
        case "multiple_choice":
            options = payload["options"]
            return options[place(len(options))], 1 / len(options)
        case "matching":
            left, right = payload["left"], payload["right"]
            turned = place(len(right))
            return dict(zip(left, right[turned:] + right[:turned], strict=True)), 1 / math.factorial(len(right))
        case _:
            return None, 0
